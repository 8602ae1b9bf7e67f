import { useEffect, useRef } from 'preact/hooks'
import { words } from '../settings.js'
import { ActButton } from '../ui/act-button.js'
import { Icon } from '../ui/icon.js'

export type Minutes = keyof ReturnType<typeof words>['alarms']['minutes']
const SHELVE_MINUTES: readonly Minutes[] = [15, 60, 240, 480, 1440, 10080]

interface ShelveMenuProps {
  readonly isOpen: boolean
  readonly onOpen: (open: boolean) => void
  readonly onChoose: (minutes: Minutes) => void
}

/** For how long alarms are put aside. */
export function ShelveMenu({ isOpen, onOpen, onChoose }: ShelveMenuProps) {
  const w = words().alarms
  const root = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!isOpen) return
    root.current?.querySelector<HTMLButtonElement>('.menu-item')?.focus()
    const close = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) onOpen(false)
    }
    addEventListener('pointerdown', close)
    return () => removeEventListener('pointerdown', close)
  }, [isOpen])
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const items = [...(root.current?.querySelectorAll<HTMLButtonElement>('.menu-item') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLButtonElement)
    items[(at + by + items.length) % items.length]?.focus()
  }
  return (
    <span ref={root} class="alarm-shelve">
      <ActButton
        right="operate"
        class="button"
        aria-expanded={isOpen}
        title={`${w.shelveFor} s`}
        onClick={() => onOpen(!isOpen)}
      >
        {w.shelve}
        <Icon name="chevronDown" size={14} />
      </ActButton>
      {isOpen && (
        <ul class="menu alarm-times" aria-label={w.shelveFor} onKeyDown={move}>
          {SHELVE_MINUTES.map((minutes) => (
            <li key={minutes}>
              <button type="button" class="menu-item num" onClick={() => onChoose(minutes)}>
                {w.minutes[minutes]}
              </button>
            </li>
          ))}
        </ul>
      )}
    </span>
  )
}
