/**
 * The topic behind a subject of NATS, as nats-server itself reads it: `.` parts levels, `//` is a dot of the topic, and a `/`
 * alone stands where a level is empty.
 */
export function topicOfSubject(subject: string): string {
  let topic = ''
  for (let i = 0; i < subject.length; i++) {
    const char = subject[i]!
    if (char === '.') topic += '/'
    else if (char !== '/') topic += char
    else if (subject[i + 1] === '.' || subject[i + 1] === '/') {
      topic += subject[i + 1] === '.' ? '/' : '.'
      i++
    }
  }
  return topic
}

/** The subject that subscribers of a topic listen to; null when the topic has what no subject may have. */
export function subjectOfTopic(topic: string): string | null {
  if (topic === '' || /[\s*>+#]/.test(topic)) return null
  let subject = ''
  for (let i = 0; i < topic.length; i++) {
    const char = topic[i]!
    if (char === '.') subject += '//'
    else if (char !== '/') subject += char
    else if (i === 0 || subject.endsWith('.')) subject += '/.'
    else if (i === topic.length - 1 || topic[i + 1] === '/') subject += './'
    else subject += '.'
  }
  return subject
}
