import type { ComponentChildren } from 'preact'
import { useSize } from '../chart/use-size.js'
import { type Figure, figureText, shareText } from '../format.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import type { Flow, FlowPart } from './flow.js'
import { layFlow, type Ribbon } from './flow-layout.js'
import { plantPlaceOf } from './page.js'

interface FlowPictureProps {
  readonly plant: string
  readonly flow: Flow
  readonly figure: Figure
  readonly names: (part: FlowPart) => string
  /** The part under the pointer or the focus. */
  readonly onName: (part: FlowPart | null) => void
}

const HEIGHT_MIN = 282
const HEAD = 44
const BAR = 5
/** Narrower than this a list says it better. */
const PICTURE_MIN = 560

export function FlowPicture(props: FlowPictureProps) {
  const [root, { width, height }] = useSize<HTMLDivElement>()
  return (
    <div ref={root} class="flow">
      {width >= PICTURE_MIN ? (
        <Sankey {...props} width={width} heightMin={Math.max(height, HEIGHT_MIN)} />
      ) : (
        width > 0 && <FlowList {...props} />
      )}
    </div>
  )
}

function Sankey({
  plant,
  flow,
  figure,
  names,
  onName,
  width,
  heightMin,
}: FlowPictureProps & { readonly width: number; readonly heightMin: number }) {
  const w = words().energy.flow
  const { sources, uses, bus, height } = layFlow(flow, heightMin - HEAD)
  const [source, use] = [Math.max(112, width * 0.15), Math.min(width * 0.66, width - 262)]
  const x = { source, bus: (source + use) * 0.52, use }
  const amount = (value: number | null) => (value === null ? '—' : figureText(value, figure, language.value))
  const supply = `${amount(flow.supply)} ${figure.unit}`
  return (
    <svg class="flow-picture" width={width} height={height + HEAD} aria-label={w.title}>
      {/* The bus is named above all: its label is never in the way of a ribbon. */}
      <text class="flow-bus-label" x={x.bus} y={14}>
        {w.bus}
      </text>
      <text class="flow-bus-label is-strong" x={x.bus} y={31}>
        {supply}
      </text>
      <g transform={`translate(0 ${HEAD})`}>
        <path class="flow-lead" d={`M${x.bus} -8V${bus.top}`} />
        {sources.map((ribbon) => (
          <Part key={ribbon.part.kind} {...{ plant, ribbon, names, onName, figure, flow }}>
            <path class="flow-ribbon" d={band(x.source + BAR, ribbon.y, x.bus, ribbon.busY, ribbon.width)} />
            <rect class="flow-end" x={x.source} y={ribbon.y - ribbon.width / 2} width={BAR} height={ribbon.width} />
            <text class="flow-name" x={0} y={ribbon.y - 3}>
              {fitted(names(ribbon.part), x.source - 8)}
            </text>
            <text class="flow-amount" x={0} y={ribbon.y + 14}>
              {amount(ribbon.part.amount)}
              <tspan class="flow-unit"> {figure.unit}</tspan>
            </text>
          </Part>
        ))}
        {uses.map((ribbon) => (
          <Part key={`${ribbon.part.kind}${ribbon.part.line}`} {...{ plant, ribbon, names, onName, figure, flow }}>
            <path class="flow-ribbon" d={band(x.bus + BAR, ribbon.busY, x.use, ribbon.y, ribbon.width)} />
            <rect class="flow-end" x={x.use} y={ribbon.y - ribbon.width / 2} width={BAR} height={ribbon.width} />
            <text class="flow-name" x={x.use + 14} y={ribbon.y + 4}>
              {fitted(names(ribbon.part), width - 116 - x.use - 14)}
            </text>
            {isNegative(ribbon.part) && <circle class="flow-warning" cx={width - 112} cy={ribbon.y} r={4} />}
            <text class="flow-amount is-end" x={width - 62} y={ribbon.y + 4}>
              {amount(ribbon.part.amount)}
            </text>
            <text class="flow-share" x={width} y={ribbon.y + 4}>
              {shareOf(ribbon.part, flow)}
            </text>
          </Part>
        ))}
        <rect class="flow-bus" x={x.bus} y={bus.top} width={BAR} height={bus.height} />
      </g>
    </svg>
  )
}

const isNegative = (part: FlowPart) => part.kind === 'unmetered' && part.amount !== null && part.amount < 0

/** A ribbon of one width from one height to another. */
function band(x0: number, y0: number, x1: number, y1: number, width: number): string {
  const [half, middle] = [width / 2, (x0 + x1) / 2]
  const n = (value: number) => value.toFixed(1)
  return (
    `M${n(x0)} ${n(y0 - half)}C${n(middle)} ${n(y0 - half)} ${n(middle)} ${n(y1 - half)} ${n(x1)} ${n(y1 - half)}` +
    `V${n(y1 + half)}C${n(middle)} ${n(y1 + half)} ${n(middle)} ${n(y0 + half)} ${n(x0)} ${n(y0 + half)}Z`
  )
}

/** A name that is cut where its place ends; the whole of it stands in the title. */
function fitted(text: string, widthPx: number): string {
  let left = widthPx
  for (const [i, sign] of [...text].entries()) {
    left -= sign > '\u2e80' ? 13 : 7
    if (left < 0) return `${[...text].slice(0, Math.max(1, i - 1)).join('')}…`
  }
  return text
}

interface PartProps extends Omit<FlowPictureProps, 'flow'> {
  readonly flow: Flow
  readonly ribbon: Ribbon
  readonly children: ComponentChildren
}

/** One part with all that belongs to it: it is named by pointer and focus, and a line opens. */
function Part({ plant, ribbon: { part }, names, onName, figure, flow, children }: PartProps) {
  const label = textOf(part, names(part), figure, flow)
  const group = (
    <g
      class={`flow-part is-${part.kind} ${isNegative(part) ? 'is-negative' : ''}`}
      data-part={part.line || part.kind}
      data-amount={part.amount ?? ''}
      onPointerEnter={() => onName(part)}
      onPointerLeave={() => onName(null)}
    >
      <title>{label}</title>
      {children}
    </g>
  )
  const focus = { onFocus: () => onName(part), onBlur: () => onName(null) }
  if (part.kind === 'line') {
    return (
      <a class="flow-link" href={linkTo(plantPlaceOf(plant, part.line))} {...focus}>
        {group}
      </a>
    )
  }
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a focus names the ribbon, as the pointer does
    <g class="flow-link" role="img" tabIndex={0} aria-label={label} {...focus}>
      {group}
    </g>
  )
}

/** Share of a part in all that is supplied; a dash where it is not known. */
export function shareOf(part: FlowPart, { supply }: Flow): string {
  return part.amount === null || !supply ? '—' : shareText(part.amount / supply, language.value)
}

function textOf(part: FlowPart, name: string, figure: Figure, flow: Flow): string {
  const amount = part.amount === null ? '—' : `${figureText(part.amount, figure, language.value)} ${figure.unit}`
  return `${name}: ${amount}, ${shareOf(part, flow)}`
}

/** The same flow for a narrow place: bars below each other, all in one scale. */
function FlowList({ plant, flow, figure, names }: FlowPictureProps) {
  const w = words().energy.flow
  return (
    <div class="flow-list">
      {(
        [
          ['source', flow.sources],
          ['use', flow.uses],
        ] as const
      ).map(([side, parts]) => (
        <section key={side} aria-label={w[side]}>
          <h3>{w[`${side}s`]}</h3>
          <ul>
            {parts.map((part) => {
              const share = part.amount === null || !flow.supply ? 0 : Math.abs(part.amount) / flow.supply
              const name = names(part)
              return (
                <li
                  key={`${part.kind}${part.line}`}
                  class={`flow-row is-${part.kind}`}
                  data-part={part.line || part.kind}
                >
                  <span class="flow-row-name">
                    {part.kind === 'line' ? <a href={linkTo(plantPlaceOf(plant, part.line))}>{name}</a> : name}
                    {isNegative(part) && <span class="ring" aria-hidden="true" />}
                  </span>
                  <span class="num">
                    <strong>{part.amount === null ? '—' : figureText(part.amount, figure, language.value)}</strong>
                    <span class="unit">{figure.unit}</span>
                  </span>
                  <span class="num faint">{shareOf(part, flow)}</span>
                  <span class="flow-row-bar" style={{ width: `max(3px, ${(Math.min(1, share) * 100).toFixed(2)}%)` }} />
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </div>
  )
}
