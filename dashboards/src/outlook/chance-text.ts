import { shareText } from '../format.js'
import { language } from '../settings.js'
import { useOutlookWords } from './words.js'

/** Chances beyond these are not known: the gateway says at least and at most so much. */
const [LEAST, MOST] = [0.05, 0.95]

/** A chance of 0 to 1 in words. */
export function chanceText(chance: number): string {
  const w = useOutlookWords().peak
  const text = shareText(chance, language.value, 0)
  return chance >= 1 ? text : chance >= MOST ? w.atLeast(text) : chance <= LEAST ? w.atMost(text) : text
}
