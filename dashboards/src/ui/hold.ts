import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { heldOrder } from '../alarms/urgency.js'
import { nowMs } from '../state.js'

/** A pointer left lying on a list, and a focus left in it, hold it so long: what is urgent must come up by itself. */
const HELD_FOR_MS = 60_000

interface Hold {
  readonly isHeld: ReadonlySignal<boolean>
  /** For the element in which nothing may move away. */
  readonly on: object
}

/** Tells whether somebody is about to press something in a list: the pointer is in it, or the focus of the keyboard. */
export function useHold(): Hold {
  const isPointed = useSignal(false)
  const isFocused = useSignal(false)
  const movedMs = useSignal(0)
  const isHeld = useComputed(() => (isPointed.value || isFocused.value) && nowMs.value - movedMs.value < HELD_FOR_MS)
  const moved = () => {
    // To the second, so that a move of the pointer draws nothing.
    movedMs.value = nowMs.peek()
  }
  return {
    isHeld,
    on: {
      onPointerEnter: () => {
        isPointed.value = true
        moved()
      },
      onPointerMove: moved,
      onPointerLeave: () => {
        isPointed.value = false
      },
      onKeyDown: moved,
      onFocusIn: (event: FocusEvent) => {
        // A click leaves the focus where it was pressed; only the keyboard's is seen.
        isFocused.value = event.target instanceof Element && event.target.matches(':focus-visible')
        moved()
      },
      onFocusOut: () => {
        isFocused.value = false
      },
    },
  }
}

/** Order in which what is wanted is shown: while it is held nothing that is there changes its place. */
export function useHeldOrder(wanted: readonly string[], isHeld: boolean): readonly string[] {
  const shown = useRef<readonly string[]>([])
  shown.current = isHeld ? heldOrder(shown.current, wanted) : wanted
  return shown.current
}
