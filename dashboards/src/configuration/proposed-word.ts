/** A word that is proposed, with its label, and other names by which it is meant. */
export type Proposal = readonly [value: string, label: string, ...others: string[]]

/** The word that somebody means who typed its label or another name in place of it; the text itself where that is not one word alone. */
export function proposedWord(text: string, proposals: readonly Proposal[]): string {
  if (text === '' || proposals.some(([word]) => word === text)) return text
  const typed = text.toLowerCase()
  const named = (isMeant: (label: string) => boolean) => {
    const meant = proposals.filter(([, ...names]) => names.some((name) => name !== '' && isMeant(name.toLowerCase())))
    return meant.length === 1 ? meant[0]![0] : null
  }
  return named((label) => label === typed) ?? named((label) => /^[,， ]/.test(afterStart(label, typed))) ?? text
}

/** The rest of a label behind its beginning; empty where it begins otherwise. */
function afterStart(label: string, start: string): string {
  return label.startsWith(start) ? label.slice(start.length) : ''
}
