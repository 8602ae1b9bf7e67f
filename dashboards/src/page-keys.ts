import { useLayoutEffect } from 'preact/hooks'

/**
 * Hears each key that is pressed on the page; `press` is taken anew when one of `of` changes. From the moment on that the
 * page shows what the keys act on: an effect that waits for the next frame loses a key that comes before it.
 */
export function usePageKeys(press: (event: KeyboardEvent) => void, of: readonly unknown[] = []): void {
  useLayoutEffect(() => {
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, of)
}
