const STAR = '*'.charCodeAt(0)
/** Ends a value in a segment. */
const ENDS = new Set([...';,&\r\n'].map((end) => end.charCodeAt(0)))
const PW = [...'PW='].map((letter) => letter.charCodeAt(0))

/** Puts stars over the passwords of a frame, or of the beginning of one, for all that is shown: in place. */
export function maskPasswords(bytes: Uint8Array): Uint8Array {
  for (let at = bytes.indexOf(PW[0]!); at >= 0; at = bytes.indexOf(PW[0]!, at + 1)) {
    if (!PW.every((letter, i) => bytes[at + i] === letter)) continue
    for (let i = at + PW.length; i < bytes.length && !ENDS.has(bytes[i]!); i++) bytes[i] = STAR
  }
  return bytes
}
