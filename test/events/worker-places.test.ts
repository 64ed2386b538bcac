import { expect, it } from "vitest";
import { workerPlaces } from "../../events/worker-places.ts";

it.each([
  [0.25, 4],
  [0.5, 4],
  [1, 8],
  [1.1, 9],
  [4, 32],
])("a worker with %d vCPU takes %d objects at once", (vcpus, places) => {
  expect(workerPlaces(vcpus)).toBe(places);
});
