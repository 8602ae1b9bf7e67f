import { useSignal } from '@preact/signals'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { Window } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { estimatedText } from '../chart/point-text.js'
import type { CardPicture } from '../export/card-picture.js'
import { type Figure, figureFor, figureText, shareText } from '../format.js'
import { lineName } from '../names.js'
import { type Asked, hasFigure, useCardPoints } from '../series/card-points.js'
import { useRangePoints } from '../series/range-points.js'
import type { OneFigure } from '../series/totals.js'
import { language, words } from '../settings.js'
import { newestMs, nowMs, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { sumText } from '../time/range-text.js'
import { windowText } from '../time/time.js'
import { CardFrame } from '../ui/card-frame.js'
import { type CardRows, CardTools } from '../ui/card-tools.js'
import { Icon } from '../ui/icon.js'
import { Unit } from '../ui/text.js'
import { type Flow, type FlowPart, flowOver, isBalanced, metersOf } from './flow.js'
import { FlowPicture, shareOf } from './flow-picture.js'

const QUARTER_H = 0.25

/** Figures that the flow of a plant is made of. */
function askedOf(plant: PlantNode, window: Window) {
  const ofPlant = (kpi: string): Asked => ({ scope: 'plant', id: plant.id, kpi, window })
  const energy = (scope: 'line' | 'device', id: string): Asked => ({ scope, id, kpi: 'energy_elec_import', window })
  return {
    imported: ofPlant('energy_elec_import'),
    consumed: ofPlant('energy_elec_consumed'),
    unmetered: ofPlant('energy_unmetered'),
    lines: metersOf(plant).map(({ line, submeters }) => ({
      line: line.id,
      asked: submeters === null ? [energy('line', line.id)] : submeters.map((id) => energy('device', id)),
    })),
  }
}

type FlowAsked = ReturnType<typeof askedOf>
const streamsOf = ({ imported, consumed, unmetered, lines }: FlowAsked) => [
  imported,
  consumed,
  unmetered,
  ...lines.flatMap(({ asked }) => asked),
]

/** The flow over some windows. Lines and terms that the gateway reckons nothing for are left out. */
function flowFrom({ lines, ...asked }: FlowAsked, of: (stream: Asked) => readonly OneFigure[], scale = 1) {
  const series = {
    imported: of(asked.imported),
    consumed: of(asked.consumed),
    unmetered: of(asked.unmetered),
    lines: lines.map(({ line, asked: streams }) => ({ line, meters: streams.map(of) })),
  }
  return flowOver(series, scale)
}

/** Card of where the electricity of the range came from and where it went; nothing in a plant without a grid meter. */
export function EnergyFlow({ plant }: { readonly plant: PlantNode }) {
  const w = words()
  const lang = language.value
  const isTable = useSignal(false)
  const isPower = useSignal(false)
  const named = useSignal<FlowPart | null>(null)
  const { range } = route.value
  const place = { zone: plant.timezone, language: lang, nowMs: nowMs.value, newestMs: newestMs(plant) }
  const span = spanOfRange(range, plant.timezone, nowMs.value)
  const energy = askedOf(plant, '1d')
  const power = askedOf(plant, '15m')
  // Its figures are taken from each other: they have to be of one time.
  const sums = useRangePoints(plant.id, streamsOf(energy), span, { finest: '15m' })
  const hasNow = span.toMs >= nowMs.value
  const shown = hasNow && isPower.value
  const quarters = useCardPoints(plant.id, shown ? streamsOf(power) : [], {
    fromMs: nowMs.value - HOUR_MS,
    toMs: nowMs.value,
  })
  const over = (stream: Asked) => quarters.of(stream).filter(({ end }) => Date.parse(end) <= nowMs.value)
  const newest = shown ? over(power.imported).at(-1) : undefined
  const figures = shown
    ? flowFrom(power, (stream) => over(stream).filter(({ start }) => start === newest?.start), 1 / QUARTER_H)
    : flowFrom(energy, sums.of)
  const { flow, imported } = figures
  const read = shown ? quarters : sums
  const isEmpty = imported.span === null
  if (read.past.kind === 'loaded' && isEmpty && !hasFigure(plant.id, 'energy_elec_import')) return null
  const figure = figureFor({ id: '', unit: shown ? 'kW' : 'kWh', shape: 'sum' }, flow.supply ?? 0)
  const names = namesOf(plant)
  const subtitle =
    newest === undefined
      ? sumText(range, imported.span, place, w)
      : windowText(Date.parse(newest.start), Date.parse(newest.end), '15m', place)
  return (
    <CardFrame
      id="flow"
      pillar="green"
      title={w.energy.flow.title}
      subtitle={subtitle}
      past={read.past}
      onRetry={read.retry}
      isEmpty={isEmpty}
      tools={
        <>
          {hasNow && <PowerSwitch isPower={isPower.value} onChange={(next) => (isPower.value = next)} />}
          <CardTools
            isTable={isTable}
            name={[plant.id, 'energy-flow']}
            span={span}
            zone={plant.timezone}
            rows={() => flowRows(flow, shown ? 'power_kw' : 'energy_kwh', names)}
            picture={() => flowPicture(flow, figure, names, subtitle)}
          />
        </>
      }
      footer={
        named.value === null ? (
          <Balance flow={flow} figure={figure} figures={figures} />
        ) : (
          <Named part={named.value} flow={flow} figure={figure} name={names(named.value)} />
        )
      }
    >
      {isTable.value ? (
        <FlowTable flow={flow} figure={figure} names={names} />
      ) : (
        <FlowPicture
          plant={plant.id}
          flow={flow}
          figure={figure}
          names={names}
          onName={(part) => (named.value = part)}
        />
      )}
    </CardFrame>
  )
}

const namesOf = (plant: PlantNode) => (part: FlowPart) => {
  const line = plant.lines.find(({ id }) => id === part.line)
  return part.kind === 'line' ? (line === undefined ? part.line : lineName(line)) : words().energy.flow.parts[part.kind]
}

function PowerSwitch({ isPower, onChange }: { readonly isPower: boolean; readonly onChange: (to: boolean) => void }) {
  const w = words().energy.flow
  return (
    <fieldset class="segments" aria-label={w.shown}>
      {[false, true].map((power) => (
        <button
          key={w.units[power ? 'kW' : 'kWh']}
          type="button"
          class="segment"
          aria-pressed={power === isPower}
          aria-current={power === isPower ? 'true' : undefined}
          onClick={() => onChange(power)}
        >
          {w.units[power ? 'kW' : 'kWh']}
        </button>
      ))}
    </fieldset>
  )
}

interface FlowProps {
  readonly flow: Flow
  readonly figure: Figure
}

function Balance({ flow, figure, figures }: FlowProps & { readonly figures: ReturnType<typeof flowFrom> }) {
  const lang = language.value
  const w = words().energy.flow
  const balanced = isBalanced(flow)
  const { imported, unmetered, isUneven } = figures
  const hasTree = unmetered.span !== null
  const coverage = Math.min(imported.coverage, hasTree ? unmetered.coverage : 1)
  const remainder = flow.uses.find(({ kind }) => kind === 'unmetered')?.amount ?? null
  const isShort = remainder !== null && remainder < 0
  const amount = (value: number) => `${figureText(value, figure, lang)} ${figure.unit}`
  return (
    <>
      {isShort && (
        <span class="flow-fact">
          <span class="ring" aria-hidden="true" />
          <strong>{w.negative(amount(-remainder))}</strong>
        </span>
      )}
      {balanced === true && !isShort && (
        <span class="flow-fact">
          <Icon name="check" />
          <strong>{w.equal}</strong>
        </span>
      )}
      {balanced === false && (
        <span class="flow-fact">
          <span class="ring" aria-hidden="true" />
          <strong>{w.unequal(amount(Math.abs(flow.difference ?? 0)))}</strong>
        </span>
      )}
      {!hasTree && <span>{w.unchecked}</span>}
      {isUneven && <span>{w.uneven}</span>}
      <span class="foot-end num">
        {words().chart.coverage} {shareText(coverage, lang)}
        {imported.estimatedShare > 0 && ` · ${words().chart.estimated} ${estimatedText(imported.estimatedShare)}`}
      </span>
    </>
  )
}

function Named({ part, flow, figure, name }: FlowProps & { readonly part: FlowPart; readonly name: string }) {
  const w = words().energy.flow
  return (
    <>
      <strong>{name}</strong>
      <span class="num">
        {part.amount === null ? '—' : figureText(part.amount, figure, language.value)}
        <Unit unit={figure.unit} />
      </span>
      <span class="num">{shareOf(part, flow)}</span>
      <span class="faint">{w.about[part.kind]}</span>
    </>
  )
}

interface FlowTableProps extends FlowProps {
  readonly names: (part: FlowPart) => string
}

type NameOf = FlowTableProps['names']

const sidesOf = ({ sources, uses }: Flow) => [
  ...sources.map((part) => ({ part, side: 'source' as const })),
  ...uses.map((part) => ({ part, side: 'use' as const })),
]

function flowRows(flow: Flow, column: string, names: NameOf): CardRows {
  return {
    columns: ['part', 'side', column],
    rows: sidesOf(flow).map(({ part, side }) => [names(part), side, part.amount]),
  }
}

function flowPicture(flow: Flow, figure: Figure, names: NameOf, subtitle: string): CardPicture {
  const w = words().energy.flow
  const most = Math.max(Number.MIN_VALUE, flow.supply ?? 0)
  return {
    title: w.title,
    subtitle,
    columns: [w.side, `${words().table.value} ${figure.unit}`, w.share],
    rows: sidesOf(flow).map(({ part, side }) => ({
      name: names(part),
      bars: [{ share: Math.min(1, Math.max(0, (part.amount ?? 0) / most)), look: 'half' as const }],
      values: [
        w[side],
        part.amount === null ? '—' : figureText(part.amount, figure, language.value),
        shareOf(part, flow),
      ],
    })),
    note: '',
  }
}

/** The same parts in figures. */
function FlowTable({ flow, figure, names }: FlowTableProps) {
  const w = words()
  const rows = [
    ...flow.sources.map((part) => ({ part, side: w.energy.flow.source })),
    ...flow.uses.map((part) => ({ part, side: w.energy.flow.use })),
  ]
  return (
    <div class="table-wide">
      <table class="table is-dense">
        <thead>
          <tr>
            <th>{w.energy.flow.part}</th>
            <th>{w.energy.flow.side}</th>
            <th class="num">
              {w.table.value}
              <Unit unit={figure.unit} />
            </th>
            <th class="num">{w.energy.flow.share}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ part, side }) => (
            <tr key={`${part.kind}${part.line}`}>
              <td>{names(part)}</td>
              <td>{side}</td>
              <td class="num">{part.amount === null ? '—' : figureText(part.amount, figure, language.value)}</td>
              <td class="num">{shareOf(part, flow)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
