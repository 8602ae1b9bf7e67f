import { words } from '../settings.js'

const MARKS = ['limit', 'target', 'estimated', 'provisional', 'gap'] as const

/** The marks are the same in every tile, chart and table: said once a page. */
export function Legend({ note }: { readonly note: string }) {
  const w = words()
  return (
    <div class="legend">
      <ul aria-label={w.legend.label}>
        {MARKS.map((mark) => (
          <li key={mark}>
            <svg class={`legend-mark is-${mark}`} viewBox="0 0 16 12" aria-hidden="true">
              {mark === 'limit' || mark === 'target' ? (
                <path d="M0 6h16" />
              ) : (
                <rect x="2.5" y="0.5" width="11" height="11" />
              )}
            </svg>
            {w.legend[mark]}
          </li>
        ))}
      </ul>
      <span>{note}</span>
    </div>
  )
}

/** The patterns that sparks and legend fill with, one for each pillar and one for what is missing. */
export function Patterns() {
  return (
    <svg class="patterns" aria-hidden="true">
      <defs>
        {(['green', 'intel', 'high', 'neutral'] as const).map((name) => (
          <pattern
            key={name}
            id={`hatch-${name}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path class={`hatch-${name}`} d="M2.5 0v5" />
          </pattern>
        ))}
        <pattern id="hatch-gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch-gap" d="M3 0v6" />
        </pattern>
      </defs>
    </svg>
  )
}
