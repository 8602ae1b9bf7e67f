import { type Figure, figureText } from '../format.js'
import { language } from '../settings.js'

/** The signs of gases that a unit needs and the Latin subset of the face lacks are made by markup. */
export function Unit({ unit }: { readonly unit: string }) {
  if (unit === '') return null
  return <span class="unit">{subscripts(unit)}</span>
}

const FORMULA = /(CO2|SO2|O2|NOx)/

/** Words in which the formula of a gas may occur, e.g. the name of a figure. */
export function subscripts(text: string) {
  return text.split(FORMULA).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <span key={i}>
        {part.slice(0, -1)}
        <sub>{part.slice(-1)}</sub>
      </span>
    ),
  )
}

/** A value with its unit, never parted by a line break; "—" where there is none. */
export function Value({ value, figure }: { readonly value: number | null; readonly figure: Figure }) {
  if (value === null) return <span class="value">—</span>
  return (
    <span class="value">
      {figureText(value, figure, language.value)}
      <Unit unit={figure.unit} />
    </span>
  )
}
