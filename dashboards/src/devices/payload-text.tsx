import { useSignal } from '@preact/signals'
import { words } from '../settings.js'
import { hexLines, isBinary, isCut, jsonLines, type Line, plainLines } from './payload.js'

interface PayloadTextProps {
  /** As text, with replacement characters where it is not UTF-8, or as `hex: 08 ff …`. */
  readonly sample: string
  readonly sizeBytes: number
  readonly asHex?: boolean
}

/** Lines of a payload that are drawn; a longer one is shown on demand. */
const LINES_FIRST = 40

/** A payload with line numbers: JSON indented, any other text as it came, or its bytes. */
export function PayloadText({ sample, sizeBytes, asHex = false }: PayloadTextProps) {
  const w = words().devices
  const isAll = useSignal(false)
  const wasCut = isCut(sample, sizeBytes)
  const hex = asHex || isBinary(sample) ? hexLines(sample) : null
  const lines = hex ?? jsonLines(sample, wasCut) ?? plainLines(sample)
  const shown = isAll.value ? lines : lines.slice(0, LINES_FIRST)
  return (
    <div class="payload">
      {sample === '' ? (
        <p class="card-note">{w.emptyPayload}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre class={`payload-lines ${hex === null ? 'is-wrapped' : ''}`} tabIndex={0}>
          {shown.map((line, i) => (
            <PayloadLine key={i} line={line} number={i + 1} />
          ))}
        </pre>
      )}
      {shown.length < lines.length && (
        <button type="button" class="button is-small" onClick={() => (isAll.value = true)}>
          {w.moreLines(String(lines.length - shown.length))}
        </button>
      )}
      {wasCut && <p class="payload-note">{w.isCut}</p>}
      {asHex && hex === null && <p class="payload-note">{w.noBytes}</p>}
    </div>
  )
}

function PayloadLine({ line, number }: { readonly line: Line; readonly number: number }) {
  return (
    <code class="payload-line">
      <span class="payload-number" aria-hidden="true">
        {number}
      </span>
      <span>
        {line.map(({ kind, text }, i) => (
          <span key={i} class={`payload-${kind}`}>
            {text}
          </span>
        ))}
        {'\n'}
      </span>
    </code>
  )
}
