import type { ComponentChildren } from 'preact'
import type { AlarmItem } from '../../../src/base/alarm.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { figureText } from '../format.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { subscripts, Unit } from '../ui/text.js'
import type { Change } from './change.js'
import type { TileModel } from './model.js'
import { Age, FootWords, isBeside, ReferenceWords } from './tile-words.js'
import type { TileFigure } from './tiles.js'

/** Units that are too long for a tile whose name says the rest. */
const SHORT_UNITS: Readonly<Record<string, string>> = { kgCO2e: 'kg', 't CO2e': 't' }

export interface TileProps extends TileFigure {
  readonly plant: PlantNode
  /** The tile whose figure the chart below it shows. */
  readonly isShown?: boolean
}

interface FaceProps extends TileProps {
  readonly model: TileModel
  readonly alarm: AlarmItem | null
  readonly change: Change | null
  /** It is of a time that is over. */
  readonly isOver?: boolean
  /** Its figure is on its way. */
  readonly isLoading?: boolean
  /** The plot. */
  readonly children: ComponentChildren
}

/** Look of a tile in each of its conditions. */
export function TileFace({
  plant,
  info,
  spec,
  isShown = false,
  model,
  alarm,
  change,
  isOver = false,
  isLoading = false,
  children,
}: FaceProps) {
  const lang = language.value
  const w = words()
  const { condition, point } = model
  const unit = SHORT_UNITS[model.figure.unit] ?? model.figure.unit
  const text = point?.value == null ? '—' : figureText(point.value, model.figure, lang)
  const hasUnit = point?.value != null && isBeside(unit)
  const isAbsent = condition === 'absent' || (isOver && point === undefined)
  const alarmClass =
    alarm === null ? '' : `is-alarm is-${alarm.severity} ${alarm.state === 'active_ack' ? 'is-acked' : ''}`
  return (
    <article
      class={`tile pillar-${info.pillar} is-${condition} ${alarmClass}`}
      data-kpi={info.id}
      data-plant={plant.id}
      data-condition={condition}
      style={{
        '--chars': widthOf(text),
        '--unit': String(hasUnit ? unit.length : 0),
        '--letters': String(w.tile.names[spec.kpi].length),
      }}
    >
      <a
        class="tile-label"
        href={linkTo({ view: 'plant', plant: plant.id, line: null, kpi: info.id, window: null })}
        aria-current={isShown ? 'true' : undefined}
        title={w.tile.open(info.name[lang])}
      >
        {alarm !== null && (
          <>
            <SeveritySign severity={alarm.severity} state={alarm.state} size={13} />
            <span class="sr-only">{w.severities[alarm.severity]} </span>
          </>
        )}
        {subscripts(w.tile.names[spec.kpi])}
      </a>
      <span class="tile-value" data-value={point?.value ?? ''}>
        <span class="tile-number">
          {text}
          {hasUnit && <Unit unit={unit} />}
        </span>
      </span>
      <span class="tile-reference">
        <ReferenceWords model={model} unit={unit} isOver={isOver || isLoading} alarm={alarm} />
      </span>
      {isAbsent ? <span class="tile-plot" /> : children}
      <span class="tile-foot">
        {condition === 'stale' ? (
          <Age ageMs={model.ageMs} />
        ) : (
          point !== undefined && <FootWords {...{ plant, info, model, alarm, change, point }} />
        )}
      </span>
    </article>
  )
}

/** About how many widths of a digit it takes. */
function widthOf(text: string): string {
  const narrow = text.replace(/[^.,]/g, '').length
  return (text.length - narrow + narrow * 0.45).toFixed(2)
}
