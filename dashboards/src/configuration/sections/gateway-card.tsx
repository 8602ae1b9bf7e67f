import type { ConfigEdit } from '../../../../src/views/wire/configuration.js'
import { ListenerPart } from '../listener-part.js'
import { valueIn } from './element.js'
import { GATEWAY_SECTIONS, sectionPath } from './sections.js'
import { SectionsPart } from './sections-part.js'
import { sectionWords } from './words.js'

interface GatewayCardProps {
  readonly settings: unknown
  onEdits(edits: readonly ConfigEdit[]): void
}

/** Listeners, channels and stores, which all plants share. */
export function GatewayCard({ settings, onEdits }: GatewayCardProps) {
  const w = sectionWords()
  return (
    <section class="card" aria-label={w.gateway}>
      <header class="card-head">
        <h2>{w.gateway}</h2>
      </header>
      <ListenerPart settings={settings} onEdits={onEdits} />
      <SectionsPart
        names={GATEWAY_SECTIONS}
        list={(name) => valueIn(settings, sectionPath(name, 0))}
        plant={0}
        of={w.gateway}
        onEdits={onEdits}
      />
    </section>
  )
}
