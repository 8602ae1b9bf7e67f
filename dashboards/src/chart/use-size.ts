import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Size {
  readonly width: number
  readonly height: number
}

/** The size of an element in CSS pixels, so that what is drawn in it has text of its true size; 0 before it is known. */
export function useSize<T extends HTMLElement>(): readonly [RefObject<T | null>, Size] {
  const element = useRef<T>(null)
  const size = useSignal<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const shown = element.current
    if (shown === null) return
    const measure = () => {
      size.value = { width: shown.clientWidth, height: shown.clientHeight }
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(shown)
    return () => observer.disconnect()
  }, [])
  return [element, size.value]
}
