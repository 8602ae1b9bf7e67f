import { words } from '../settings.js'

const MARKS = ['limit', 'target', 'estimated', 'provisional', 'late', 'restated', 'gap', 'before', 'note'] as const
type Mark = (typeof MARKS)[number]

const SHAPES: Readonly<Partial<Record<Mark, string>>> = {
  limit: 'M0 6h16',
  target: 'M0 6h16',
  before: 'M0 9h6V4h5v3h5',
  late: 'M8 3.5l3.5 5h-7z',
  restated: 'M8 2.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7',
  note: 'M5.5 11.5V1l6 2.5-6 2.5',
}

/** The marks are the same in every tile, chart and table: said once a page. */
export function Legend({ note }: { readonly note: string }) {
  const w = words()
  return (
    <div class="legend">
      <ul aria-label={w.legend.label}>
        {MARKS.map((mark) => (
          <li key={mark}>
            <svg class={`legend-mark is-${mark}`} viewBox="0 0 16 12" aria-hidden="true">
              {SHAPES[mark] === undefined ? <rect x="2.5" y="0.5" width="11" height="11" /> : <path d={SHAPES[mark]} />}
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
