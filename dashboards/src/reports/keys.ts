import { useRef } from 'preact/hooks'
import { usePageKeys } from '../page-keys.js'
import { areKeysOn } from '../settings.js'

interface FigureKeys {
  /** In the order of the document. */
  readonly figures: readonly string[]
  /** Figure whose lineage is open; null while none is. */
  readonly open: string | null
  readonly onOpen: (figure: string | null) => void
}

const MOVES: Readonly<Record<string, 1 | -1>> = {
  ArrowDown: 1,
  ArrowRight: 1,
  j: 1,
  ArrowUp: -1,
  ArrowLeft: -1,
  k: -1,
}

/** While a lineage is open the arrows go from figure to figure, and Esc closes it. */
export function useFigureKeys(keys: FigureKeys): void {
  const now = useRef(keys)
  now.current = keys
  usePageKeys((event) => {
    const { figures, open, onOpen } = now.current
    if (open === null || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
    if (event.key === 'Escape') {
      event.preventDefault()
      onOpen(null)
      return
    }
    const by = MOVES[event.key]
    if (by === undefined || isInPanel(event.target) || (event.key.length === 1 && !areKeysOn.peek())) return
    const at = figures.indexOf(open)
    const next = figures[at === -1 ? 0 : Math.min(figures.length - 1, Math.max(0, at + by))]
    event.preventDefault()
    if (next !== undefined && next !== open) onOpen(next)
  })
}

const within = (target: EventTarget | null, selector: string) =>
  target instanceof Element && target.closest(selector) !== null

/** Whoever types, or is asked something, moves nothing. */
const isElsewhere = (target: EventTarget | null) =>
  within(target, 'input, textarea, select, dialog, .menu') || document.querySelector('dialog[open]') !== null

/** There the arrows scroll. */
const isInPanel = (target: EventTarget | null) => within(target, '.origin-body')

const linkOf = (figure: string) =>
  document.querySelector<HTMLElement>(`.document [data-figure="${CSS.escape(figure)}"]`)

/** Brings a figure of the document into view, with the focus on it. */
export function focusFigure(figure: string): void {
  const link = linkOf(figure)
  link?.scrollIntoView({ block: 'nearest' })
  link?.focus({ preventScroll: true })
}

/** A figure that a reader sees, clear of the head and the foot of the page, needs no scrolling. */
export function isInView(figure: string): boolean {
  const box = linkOf(figure)?.getBoundingClientRect()
  return box !== undefined && box.height > 0 && box.top >= 60 && box.bottom <= innerHeight
}

/**
 * Shows the figure that an address names in the middle of the page. Faces that come later move everything below them: then
 * it is brought back, unless the reader has scrolled meanwhile. Gives what ends that.
 */
export function showFigure(figure: string): () => void {
  const gone = new AbortController()
  const show = () => linkOf(figure)?.scrollIntoView({ block: 'center' })
  show()
  linkOf(figure)?.focus({ preventScroll: true })
  for (const act of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    addEventListener(act, () => gone.abort(), { signal: gone.signal, passive: true })
  }
  const again = () => {
    if (!gone.signal.aborted) show()
  }
  requestAnimationFrame(again)
  void document.fonts.ready.then(again)
  return () => gone.abort()
}
