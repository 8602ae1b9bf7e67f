import type { ComponentChildren } from 'preact'
import { type Figure, figureText } from '../format.js'
import { language } from '../settings.js'
import { Unit } from '../ui/text.js'

interface FactProps {
  readonly name: string
  readonly children: ComponentChildren
}

/** One line of the facts of a card. */
export function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** An amount that stands out, with its unit. */
export function Amount({ value, figure }: { readonly value: number; readonly figure: Figure }) {
  return (
    <strong class="num">
      {figureText(value, figure, language.value)}
      <Unit unit={figure.unit} />
    </strong>
  )
}
