import { useSignal } from '@preact/signals'
import { systemClock } from '../../../src/base/clock.js'
import { words } from '../settings.js'
import { Icon } from './icon.js'

const COPIED_FOR_MS = 2_000

/** Copies a text. Browsers give the clipboard to secure pages only; elsewhere there is no button. */
export function CopyButton({ text, label = words().empty.copy }: { readonly text: string; readonly label?: string }) {
  const hasCopied = useSignal(false)
  if (navigator.clipboard === undefined) return null
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    hasCopied.value = true
    await systemClock.sleep(COPIED_FOR_MS)
    hasCopied.value = false
  }
  return (
    <>
      <button type="button" class="button is-icon" onClick={copy} aria-label={label} title={label}>
        <Icon name={hasCopied.value ? 'check' : 'copy'} />
      </button>
      <span class="sr-only" role="status">
        {hasCopied.value && words().empty.copied}
      </span>
    </>
  )
}

/** A line, or a few, to be copied into a terminal or a program; a click selects all of it. */
export function CommandLine({ text }: { readonly text: string }) {
  return (
    <div class="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} />
    </div>
  )
}
