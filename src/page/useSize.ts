import { type RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Width and height of an element in pixels, as they are now; 0 until it is laid out for the first time. */
export function useSize(element: RefObject<HTMLElement | null>): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = current;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    // It calls before what is laid out is drawn. Measuring at once would lay all out one more time.
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
