/** The topics under which frames stand in the journal: `hj212/{MN}`, and behind it what keeps a frame from being taken. */
const ROOT = 'hj212/'
const UNKNOWN = 'unknown'
const WRONG_PASSWORD = 'wrong-password'
const MN = /^[0-9A-Za-z_-]{1,40}$/

/** @param mn null, or what is no MN, where the frame does not say who sends it */
export function hj212Topic(mn: string | null | undefined, isWrongPassword = false): string {
  const station = mn != null && MN.test(mn) ? mn : UNKNOWN
  return `${ROOT}${station}${isWrongPassword ? `/${WRONG_PASSWORD}` : ''}`
}

/** True for a topic whose payload is a frame of HJ 212, with a password in it. */
export function isHj212Topic(topic: string): boolean {
  return topic.startsWith(ROOT)
}

export function stationIn(topic: string): { readonly mn: string; readonly isWrongPassword: boolean } {
  const [mn = UNKNOWN, behind] = topic.slice(ROOT.length).split('/')
  return { mn, isWrongPassword: behind === WRONG_PASSWORD }
}
