import type { PlantNode } from '../../../src/base/wire.js'
import type { AnomaliesAnswer } from '../../../src/views/wire/anomalies.js'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'

/** A look is made once a day. */
const ASKED_MS = 300_000
const LINES_MAX = 3

/** Findings that nobody has decided on, in a few quiet lines that lead to their list; nothing when there are none. */
export function AnomalyNotes({ plant }: { readonly plant: PlantNode }) {
  const path = `/plants/${encodeURIComponent(plant.id)}/anomalies?state=open`
  const { value } = usePolled<AnomaliesAnswer>(path, ASKED_MS)
  const asking = value.kind === 'loaded' ? value.value.anomalies.filter((item) => item.needs_person) : []
  if (asking.length === 0) return null
  const w = words().needs
  const href = linkTo({ view: 'outlook', plant: plant.id })
  const more = asking.length - LINES_MAX
  return (
    <section class="card plant-anomalies" aria-label={w.title}>
      <strong>{w.title}</strong>
      <ul>
        {asking.slice(0, LINES_MAX).map(({ id, text }) => (
          <li key={id}>
            <a href={href}>{text[language.value]}</a>
          </li>
        ))}
        {more > 0 && (
          <li>
            <a href={href}>{w.more(decimal(more, 0, language.value))}</a>
          </li>
        )}
      </ul>
    </section>
  )
}
