/**
 * Rules by which figures are computed, as a whole. A figure is computed by one edition; a frozen report is verified for ever
 * by the one it was made with, which it states (a report that states none is of edition 1).
 *
 * 1: the rules of all releases before December 2026.
 * 2: the corrections of November 2026; docs/reference/changes-of-rules.md names every figure that they change, and by how much.
 * 3: the corrections of December 2026; the same page has a table of them.
 *
 * A rule that changes a figure which a report can hold keeps its old form for the editions before it, as
 * `version.edition < 3`.
 */
export type RulesEdition = 1 | 2 | 3

/** The edition by which a running gateway computes. */
export const RULES_EDITION: RulesEdition = 3

/** The edition of what states it as a number, or states none; null for one that is newer than this program. */
export function rulesEditionOf(stated: number | undefined): RulesEdition | null {
  const edition = stated ?? 1
  return edition === 1 || edition === 2 || edition === 3 ? edition : null
}
