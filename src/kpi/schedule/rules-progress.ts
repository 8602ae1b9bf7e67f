/** Figures of one plant that are made again; epoch ms. */
export interface RedoneSpan {
  readonly sinceMs: number
  /** Figures of windows that begin before this have been made again. */
  readonly fromMs: number
  readonly toMs: number
}

/** Figures that are still to be made again, by plant, and the cause. */
export interface RedoProgress {
  readonly cause: 'rules' | 'factors'
  /** Edition of the rules that the figures still have; absent in databases of programs that knew two: 1. */
  readonly from?: number
  readonly plants: Readonly<Record<string, RedoneSpan>>
}

/** Final figures of before an instant whose readings were gone when newer rules came: they stay those of an older edition. */
export interface KeptEdition {
  readonly edition: number
  readonly beforeMs: number
}

/** Part of the engine's progress that says by which rules and factors its figures were made. */
export interface RulesProgress {
  /** Edition of the rules; absent in databases of programs that had one edition. */
  readonly rules?: number
  /** SHA-256 of the factor tables. */
  readonly factors?: string
  readonly again?: RedoProgress
  /** Keyed by plant, oldest first. */
  readonly kept?: Readonly<Record<string, readonly KeptEdition[]>>
}
