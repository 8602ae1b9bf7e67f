import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** The width of an element in CSS pixels, so that what is drawn in it has text of its true size; 0 before it is known. */
export function useWidth<T extends HTMLElement>(): readonly [RefObject<T | null>, number] {
  const element = useRef<T>(null)
  const width = useSignal(0)
  useLayoutEffect(() => {
    const shown = element.current
    if (shown === null) return
    const measure = () => {
      width.value = shown.clientWidth
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(shown)
    return () => observer.disconnect()
  }, [])
  return [element, width.value]
}
