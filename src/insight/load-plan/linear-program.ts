/** A sum of variables, each with its factor. */
export type LinearTerms = readonly (readonly [factor: number, variable: string])[]

/** Terms on one line of the text. */
const TERMS_A_LINE = 8

/** A linear program with whole-number variables, written in the LP format that solvers read. Variables are at least 0 unless bounded otherwise. */
export class LinearProgram {
  readonly #objective: (readonly [number, string])[] = []
  readonly #rows: string[] = []
  readonly #bounds: string[] = []
  readonly #binaries: string[] = []

  /** Adds to what is to be least. */
  minimize(terms: LinearTerms): void {
    this.#objective.push(...terms)
  }

  require(terms: LinearTerms, sign: '<=' | '>=' | '=', right: number): void {
    const known = terms.filter(([factor]) => factor !== 0)
    if (known.length === 0) throw new Error('a row of a linear program needs a variable')
    this.#rows.push(` c${this.#rows.length}: ${textOf(known)} ${sign} ${right}`)
  }

  /** @returns the variable */
  variable(name: string, least: number, most: number): string {
    this.#bounds.push(most === Number.POSITIVE_INFINITY ? ` ${name} >= ${least}` : ` ${least} <= ${name} <= ${most}`)
    return name
  }

  /** @returns the variable, which is 0 or 1 */
  binary(name: string): string {
    this.#binaries.push(name)
    return name
  }

  get text(): string {
    const objective = this.#objective.filter(([factor]) => factor !== 0)
    const [first] = this.#bounds
    // The format knows no empty objective.
    const least =
      objective.length > 0 ? textOf(objective) : `0 ${/[a-z]\w*/.exec(first ?? '')?.[0] ?? this.#binaries[0]}`
    const binaries = this.#binaries.length === 0 ? [] : ['Binary', ...this.#binaries.map((name) => ` ${name}`)]
    return [
      'Minimize',
      ` cost: ${least}`,
      'Subject To',
      ...this.#rows,
      'Bounds',
      ...this.#bounds,
      ...binaries,
      'End',
    ].join('\n')
  }
}

function textOf(terms: LinearTerms): string {
  const parts = terms.map(([factor, name], at) => {
    const line = at > 0 && at % TERMS_A_LINE === 0 ? '\n  ' : ''
    return `${line}${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`
  })
  return parts.join(' ')
}
