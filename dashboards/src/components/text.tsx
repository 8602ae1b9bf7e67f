import { type Figure, figureText } from '../format.js'
import { language } from '../settings.js'

/** The chemical and cubic signs that a unit needs and the Latin subset of the face lacks are made by markup. */
export function Unit({ unit }: { readonly unit: string }) {
  if (unit === '') return null
  return <span class="unit">{subscripts(unit.replace('Nm3', 'Nm³').replace('m3', 'm³'))}</span>
}

/** Words in which CO2 may occur, e.g. the name of a figure. */
export function subscripts(text: string) {
  return text.split('CO2').flatMap((part, i) =>
    i === 0
      ? [part]
      : [
          <span key={i}>
            CO<sub>2</sub>
          </span>,
          part,
        ],
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
