/** Own outlines on a grid of 20, drawn with one stroke. */
const PATHS = {
  drop: "M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M3.5 12.5v2.5a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-2.5",
  jobs: "M4 5.5h1M4 10h1M4 14.5h1M8 5.5h8M8 10h8M8 14.5h8",
  cluster: "M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 11h5v5h-5z",
  incidents: "M10 3.5 17.5 16.5h-15zM10 8.5v3.5m0 2v.5",
  reports: "M3.5 16.5h13M5.5 13.5v-3m3 3V6m3 7.5V9m3 4.5V4.5",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  cross: "m5.5 5.5 9 9m0-9-9 9",
  clock: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 6.5V10l2.5 1.5",
  run: "m6.5 4.5 9 5.5-9 5.5z",
  layers: "m10 3.5 7 3.5-7 3.5L3 7zM3.5 11l6.5 3.2 6.5-3.2",
  pause: "M7 5v10M13 5v10",
  retry: "M15.5 8A6 6 0 1 0 16 11.5M16 4v4h-4",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 2v2m0 12v2m8-8h-2M4 10H2m13.6-5.6-1.4 1.4M5.8 14.2l-1.4 1.4m11.2 0-1.4-1.4M5.8 5.8 4.4 4.4",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5Z",
  half: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 3.5v13M12.5 4.5v11M15 6v8",
  out: "M8 4H5.5A1.5 1.5 0 0 0 4 5.5v9A1.5 1.5 0 0 0 5.5 16H8m4-3 3-3-3-3m3 3H8",
  file: "M6 3.5h5.5L15 7v9.5H6zM11.5 3.5V7H15",
  folder: "M3.5 5.5h4.5l1.5 2h7v8h-13z",
  link: "M8.5 11.5a3 3 0 0 0 4.3.2l2.4-2.4a3 3 0 0 0-4.3-4.3l-1 1m.6 2.5a3 3 0 0 0-4.3-.2l-2.4 2.4a3 3 0 0 0 4.3 4.3l1-1",
  copy: "M7.5 7.5h8v9h-8zM12.5 7.5v-4h-8v9h3",
  search: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10Zm3.7 8.7 4.3 4.3",
  chevron: "m7.5 5 5 5-5 5",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside words: it says nothing by itself. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      class="icon"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
