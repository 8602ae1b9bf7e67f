import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { keep } from '../nav.js'
import { usePageKeys } from '../page-keys.js'
import { words } from '../settings.js'
import { Icon } from '../ui/icon.js'

const SHOWN_FOR_MS = 4_000

/** The way back from a screen on a wall: Esc, and a button that is there while the pointer moves. */
export function LeaveWall() {
  const isShown = useSignal(true)
  const w = words().nav
  useEffect(() => {
    let timer = setTimeout(hide, SHOWN_FOR_MS)
    function hide() {
      isShown.value = false
    }
    const show = () => {
      isShown.value = true
      clearTimeout(timer)
      timer = setTimeout(hide, SHOWN_FOR_MS)
    }
    addEventListener('pointermove', show)
    addEventListener('pointerdown', show)
    addEventListener('keydown', show)
    return () => {
      clearTimeout(timer)
      removeEventListener('pointermove', show)
      removeEventListener('pointerdown', show)
      removeEventListener('keydown', show)
    }
  }, [])
  usePageKeys(({ key, target }) => {
    const isElsewhere = target instanceof HTMLElement && target.closest('dialog') !== null
    if (key === 'Escape' && !isElsewhere) keep({ wall: false })
  })
  return (
    <button
      type="button"
      class={`button leave-wall ${isShown.value ? '' : 'is-away'}`}
      onClick={() => keep({ wall: false })}
    >
      <Icon name="close" />
      {w.leaveWall}
      <kbd>Esc</kbd>
    </button>
  )
}
