import {
  measureElement,
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Rows beyond the window's edges that are there already. */
const OVERSCAN = 8;

export interface VirtualRows {
  /** Of the element that holds the rows. */
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly height: number;
  readonly rows: readonly (VirtualItem & { readonly top: number })[];
  /** Of each row that may be taller than was estimated. */
  readonly measure: (element: HTMLElement | null) => void;
  readonly show: (index: number) => void;
}

/** Of many rows, those that the window shows: the page scrolls, so that phones and keys scroll as they always do. */
export function useVirtualRows(options: {
  readonly count: number;
  /** Pixels, until a row is measured. */
  readonly rowHeight: number;
  readonly keyOf: (index: number) => string;
}): VirtualRows {
  const frame = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const settings = {
    count: options.count,
    estimateSize: () => options.rowHeight,
    getItemKey: options.keyOf,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    measureElement,
    scrollMargin: margin,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 80,
    overscan: OVERSCAN,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialOffset: () => window.scrollY,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<Window, HTMLElement>(settings));
  virtualizer.setOptions(settings);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => {
    virtualizer._willUpdate();
    const top = frame.current?.getBoundingClientRect().top;
    if (top === undefined) return;
    // What stands above may have grown.
    const now = Math.round(top + window.scrollY);
    if (Math.abs(now - margin) > 1) setMargin(now);
  });
  return {
    frame,
    height: virtualizer.getTotalSize(),
    rows: virtualizer.getVirtualItems().map((item) => ({ ...item, top: item.start - margin })),
    measure: (element) => virtualizer.measureElement(element),
    show: (index) => virtualizer.scrollToIndex(index),
  };
}
