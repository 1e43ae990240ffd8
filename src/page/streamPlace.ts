/** A browser holds six connections to a host, for all of its tabs together; two are left to what is asked meanwhile. */
const places = [0, 1, 2, 3];

/** Takes the place unless another tab has it; the answer gives it back. */
function take(place: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    void navigator.locks.request(`stream-${place}`, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((free) => resolve(free));
    });
  });
}

/** A place among the tabs that keep a connection open; undefined while all are taken. The answer gives it back. */
export async function takePlace(): Promise<(() => void) | undefined> {
  for (const place of places) {
    const free = await take(place);
    if (free) return free;
  }
  return undefined;
}
