import { useRef } from 'preact/hooks'
import { isKeyListOpen } from '../key-list.js'
import { goTo, keep } from '../nav.js'
import { usePageKeys } from '../page-keys.js'
import { LINKS, type Place } from '../pages.js'
import { areKeysOn, chooseDark, chooseKeys, chooseLanguage, isDark, language, words } from '../settings.js'
import { stepRange } from '../shell/range-picker.js'
import { openSearch } from '../shell/search.js'
import { route } from '../state.js'
import { Dialog } from './dialog.js'

/** Keys behind `g`. */
const PLACES: ReadonlyMap<string, Place> = new Map(LINKS.map(({ key, place }) => [key, place]))

const ACTS: Readonly<Record<string, () => void>> = {
  '/': openSearch,
  '?': () => {
    isKeyListOpen.value = true
  },
  '[': () => stepRange(-1),
  ']': () => stepRange(1),
  c: () => keep({ compare: !route.value.compare }),
  t: () => chooseDark(!isDark.value),
  l: () => chooseLanguage(language.value === 'zh' ? 'en' : 'zh'),
  w: () => keep({ wall: !route.value.wall }),
}

/** The keys of every page, and the list of them. Whoever types into a field types, and does not command. */
export function Keys() {
  const w = words().keys
  const isBehindG = useRef(false)
  usePageKeys((event) => {
    if (!areKeysOn.peek() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const place = isBehindG.current ? PLACES.get(event.key) : undefined
    const act = place === undefined ? ACTS[event.key] : () => goTo(place)
    isBehindG.current = !isBehindG.current && event.key === 'g'
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  const close = () => {
    isKeyListOpen.value = false
  }
  return (
    <Dialog title={w.title} isOpen={isKeyListOpen.value} onClose={close}>
      <h2 class="dialog-title">{w.title}</h2>
      <dl class="key-list">
        {Object.entries(w.list).map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="key-switch">
        <input
          type="checkbox"
          checked={areKeysOn.value}
          onChange={(event) => chooseKeys((event.currentTarget as HTMLInputElement).checked)}
        />
        {w.areOn}
      </label>
      <button type="button" class="button" onClick={close}>
        {w.close}
      </button>
    </Dialog>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null
}
