/** Objects per vCPU that are somewhere between their first read and their last write; most of that is waiting. */
const OBJECTS_PER_VCPU = 8;
const LEAST = 4;

/** Objects that a worker takes at once where the configuration does not say: its places. @param vcpus of the task */
export function workerPlaces(vcpus: number): number {
  return Math.max(LEAST, Math.ceil(OBJECTS_PER_VCPU * vcpus));
}
