/** Options of one run, from the command line. */
export interface ProofOptions {
  /** Decides all that is drawn. */
  readonly seed: number
  /** Number of kills, power cuts, cycles or inputs; null leaves it to the proof. */
  readonly rounds: number | null
}

/** `partly`: nothing was found, but less was done than the goal asks for. */
export type Verdict = 'met' | 'partly' | 'missed'

/** The verdict on a claim that must hold every time: `done` of the `asked` times. */
export function verdictOf(isBroken: boolean, done: number, asked: number): Verdict {
  if (isBroken) return 'missed'
  return done >= asked ? 'met' : 'partly'
}

/** Outcome of one run. */
export interface Result {
  /** Finding in the words of the goal: "0 lost of 1,284,220 acknowledged over 100 kills". */
  readonly figure: string
  readonly verdict: Verdict
  /** Parameters of the run: how much was done, and with what. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Everything that was measured or counted. */
  readonly figures: Readonly<Record<string, unknown>>
}

/** One claim that a command can show, or show to be wrong. */
export interface Proof {
  readonly name: string
  /** Description of the proof, in half a line. */
  readonly says: string
  readonly goal: string
  /** Throws only when it cannot be carried out. Leaves no process and no file behind. */
  run(options: ProofOptions): Promise<Result>
}

/** Says how far it is. */
export function say(line: string): void {
  console.log(line)
}
