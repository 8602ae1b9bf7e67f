import type { ComponentChildren } from 'preact'
import type { Pillar } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import type { CardPoints } from '../series/card-points.js'
import { words } from '../settings.js'
import { ErrorBody } from './error-card.js'
import { Skeleton } from './skeleton.js'

interface CardFrameProps {
  /** Also the class of the card. */
  readonly id: string
  readonly pillar: Pillar
  readonly title: string
  readonly subtitle: string
  readonly past: CardPoints['past']
  readonly onRetry: () => void
  /** The plant has the subject, and nothing of it in this time. */
  readonly isEmpty?: boolean
  readonly tools?: ComponentChildren
  readonly footer: ComponentChildren
  readonly children: ComponentChildren
}

/** Props that every card of a plant or of one of its lines is given. */
export interface PlaceProps {
  readonly plant: PlantNode
  /** The id of the line; the plant as a whole where it is null. */
  readonly line: string | null
}

/** A card about one subject: what it is of, its picture or its table, and two to four facts below. */
export function CardFrame(props: CardFrameProps) {
  const { id, pillar, title, subtitle, past, onRetry, isEmpty = false, tools, footer, children } = props
  return (
    <section class={`card ${id}-card`} aria-label={title} data-card={id}>
      <header class="card-head">
        <span class={`pillar-square pillar-${pillar}`} aria-hidden="true" />
        <h2>{title}</h2>
        <span class="card-sub num">{subtitle}</span>
        <span class="card-tools">{tools}</span>
      </header>
      <div class="card-body">
        {past.kind === 'failed' ? (
          <ErrorBody title={words().error.chart} detail={past.detail} onRetry={onRetry} />
        ) : past.kind === 'loading' ? (
          <Skeleton class="is-plot" />
        ) : isEmpty ? (
          <p class="card-empty">{words().chart.nothing}</p>
        ) : (
          children
        )}
      </div>
      <footer class="card-foot">{past.kind === 'loaded' && !isEmpty && footer}</footer>
    </section>
  )
}
