import type { PeriodBefore } from '../../../base/report.js'
import type { Example } from './example.js'
import type { GuideWords, Workings } from './facts.js'

const ROUNDING = `The report rounds the amount of each day to a millionth of its unit (half away from
zero) and adds days. So every total of days, also tonnes of standard coal (tce) and emissions, may differ from one multiplication of the whole period
by half a millionth of the unit for each day, and twelve months add up to their year exactly.`

export const GUIDE_EN: GuideWords = {
  head: ({ report, ledger }) => `# How to check this report

（中文说明见下半部分。）

You hold the evidence for **${report.title.en}**, ${report.id}, version ${report.version}: ${report.plants.map(({ name, id, timezone }) => `${name.en || id} (${timezone})`).join(', ')}, from
${report.period.from} up to, not including, ${report.period.to}. Everything below works without the plant, without the gateway that
made it, and without a network.

| | |
|---|---|
| SHA-256 of \`report/report.json\` | \`${ledger.freeze.body.sha256}\` |
| frozen | ${ledger.freeze.at} by ${ledger.freeze.body.by} |
| entry of the ledger that says so | ${ledger.freeze.number}, hash \`${ledger.freeze.hash}\` |
| rests on | ${ledger.days.size} sealed days, ${[...ledger.days.values()].reduce((sum, { rows }) => sum + rows, 0)} rows |
| made with | Greengauge ${report.basis.code.version}${report.basis.code.commit === '' ? '' : ` (${report.basis.code.commit})`} |
`,
  key: (commands) => `## 1. Whose key is it?

Lay the zip and its \`.sig\` into an empty folder of your own, and unpack it there. All commands below are run in that folder.

${indented(commands.begin)}

Everything is signed with one key, and a bundle brings its own: who makes another bundle with a key of his own can print that
key's fingerprint anywhere in it, here or on the cover of the PDF. So a printed one proves nothing, and none is printed here.
Ask the plant for the fingerprint of its key by another way than you got the bundle, on paper or by telephone to a number that
you know, or take it from an earlier report, and write it down:

    ________________________________________________________________________________

The key in this bundle has this one:

${indented(commands.fingerprint)}

If the two differ, stop here: the bundle may be sound in itself and still be somebody else's.
`,
  script: (commands) => `## 2. With the script

You need Node.js 20.19 or newer, nothing else. Put the fingerprint that you wrote down in the place of FINGERPRINT.

${indented(commands.script)}

It checks every signature and hash, computes every figure of the report again from the readings in the CSV files, and says
in plain words what holds and what does not. It ends with 0 when all holds, with 65 when something does not. Without \`--key\`
it can only say that the bundle is sound in itself. The script is part of what you check and comes from whoever sent the
bundle: if you do not trust him, use \`greengauge verify\` of a Greengauge that you got elsewhere, which does the same, or section 3.
`,
  byHand: (commands, python) => `## 3. With openssl, sha256sum and Python

You need OpenSSL 3, GNU coreutils 8.31 or newer (\`sha256sum\`, \`base64\`, \`basenc\`), GNU grep and sed, and for the last step Python 3.8 or newer.
What the commands write goes into \`work/\`, not into the bundle. First the zip as you got it, then the list of its files; both say
\`Signature Verified Successfully\`:

${indented(commands.zip)}

${indented(commands.manifest)}

The list names the sums of all files, the sums hold for the files, and there is no file besides; a line of the list,
\`all files hold\` and \`no other file is there\` are shown:

${indented(commands.files)}

The last line of the ledger says that this report was frozen, with the SHA-256 that the report has, and in \`files\` that of
every file that was frozen with it:

${indented(commands.freeze)}

Each line of the ledger carries in \`hash\` the SHA-256 of itself without \`hash\` and \`signature\`, and in \`previous\` the hash of
the line before; the signature is over the hash. For the last line:

${indented(commands.entry)}

${indented(commands.signature)}

The signature of the last line holds for all lines before it, as each hash is over the one before. \`days\` in the last line are the numbers of the lines that seal the readings below \`archive/\`, file by file with their SHA-256, and as a
Merkle tree (RFC 6962) over the lines of \`evidence/PLANT/readings/DAY.csv\`, the header line left out. \`configuration\` and \`factors\`
lines seal what is in \`evidence/PLANT/configurations/\` (the number of the line is the name of the file) and \`evidence/factors/\`.
These lines of Python check the hashes of the whole chain and all that it seals; write them to \`work/check.py\`:

\`\`\`python
${python}\`\`\`

${indented(commands.python)}

It ends with an \`AssertionError\` that names what does not hold, or says so line by line. It holds a day in memory. That the
figures follow from the readings takes more than a page; that is what the script of section 2 does.
`,
  example: (example, workings) => `## 4. One figure traced by hand

**${example.figure.name.en}** (\`${example.figureId}\`) of ${example.plant.name.en || example.plant.id}: the report says **${example.figure.value} ${example.figure.unit}**.

A meter sends its register. What was used in the period is the register at its end less the register at its beginning;
between two readings the register is taken to have risen evenly. Behind \`#\` stands what a command shows. The period begins at ${example.start.at}:

${indented(workings.start)}

It ends at ${example.end.at}:

${indented(workings.end)}

${multiplierText(example)}So it counted

    ${workings.difference}

${
  workings.holds
    ? `which is the figure of the report${workings.off === '' ? '' : `, but for ${workings.off} kWh`}. ${ROUNDING}`
    : `The report says ${example.figure.value} ${example.figure.unit}. The register did not simply rise: it was reset or exchanged, had a
false value, or a reading was corrected (flags of the figure: ${example.figure.flags.join(', ') || 'none'}). Then each step has to be looked at; the README of Greengauge
says under Flags what each flag means, and the script follows every step.`
}

${emissionText(example, workings)}`,
  noExample: `## 4. One figure traced by hand

No meter of purchased electricity has a figure in this report that can be traced by two readings alone. Look at \`made\` of a figure in
\`report/report.json\`: \`days\` are sums of daily figures of a KPI, \`sum\` and \`quotient\` are made of other figures that it names, and
\`formulas\` says what each KPI is. The readings are in \`evidence/PLANT/readings/\`.
`,
  limits: ({ report, ledger: { timeStamps, freeze } }) => `## 5. What is stated and sealed, but not computed again

- How many messages were refused (\`rejected.csv\`): what was refused is no reading.
- Hours of stacks before the readings in the bundle begin (\`hours-before.csv\`), which substitution looks back on.
- What the plant imported on days outside the period that its contracts are matched with (\`import-days.csv\`).
${earlierText(report.period_before)}- When a series began and ended (\`first_ts\`, \`last_ts\` in \`series.csv\`).
- What persons and the configuration say: meters, roles, ratios, contracts, boundaries. They are sealed, so they cannot be changed
  afterwards; whether they were true then is for you to find out on the spot.
- Whether a device told the truth.
- ${
    freeze.body.files === undefined
      ? 'PDF, XLSX, CSV and `evidence/formulas.json`: in this ledger they are not sealed but only signed with the bundle, so whoever has the key could exchange them.'
      : 'What stands in PDF, XLSX and CSV: they are the files that were frozen, and are not read. `report/report.json` is what is computed again.'
  }
- This guide and \`SHA256SUMS\`: they are made with the bundle, not at the freeze. They are signed, no more, so whoever has the key could
  write another guide; nothing in it takes the place of a check.

## 6. What the owner of the key could do

Who holds the private key can write another ledger from its beginning, with other readings, and sign it. Against that there
is one remedy, and it has to be taken before: an anchor outside his reach. Keep the hash of the entry above (print it,
have it signed, send it to yourself), or have it time-stamped by an authority (RFC 3161; before this freeze ${timeStamps.length === 0 ? 'none was taken' : `${timeStamps.length} ${timeStamps.length === 1 ? 'was' : 'were'} taken: \`ledger/time-stamps/\``}).
A ledger that was written anew cannot contain an entry with that hash${freeze.body.files === undefined ? '' : ', nor can a PDF or table be exchanged that it seals'}.
`,
}

function earlierText(before: PeriodBefore | undefined): string {
  if (before === undefined || before.report === null) return ''
  const { id, report } = before
  return `- The figures of the period before: they are those of ${id}, version ${report.version}, as it was frozen; its report is \`evidence/period-before.json\`,
  whose SHA-256 the ledger has. With the bundle of that report, \`--before\` checks that they follow from its readings.
`
}

function multiplierText({ multiplier, configuration, device }: Example): string {
  if (multiplier === 1) return ''
  return `Its transformers make each unit of the register ${multiplier} (\`multiplier\` of ${device} in \`${configuration}\`). `
}

function emissionText({ emission }: Example, workings: Workings): string {
  if (emission === null || workings.emission === null) {
    return `For emissions each hour is multiplied by the factor that holds for it (\`factors\` of the figure, and in \`evidence/factors/\`).
`
  }
  const { factor } = emission
  return `The grid meters together (\`${emission.importId}\`) counted ${emission.importKwh} kWh. One factor holds for all of it, \`${factor.id}\`: ${factor.value} ${factor.unit}
(${factor.source}, ${factor.year}; find it in \`evidence/factors/\`, or under \`factors\` in the configuration if it is the plant's own). So

    ${workings.emission}

and the report says ${emission.kg} ${emission.unit} (\`${emission.figureId}\`, location-based)${workings.emissionHolds ? '.' : ', which also has what is not electricity from the grid meters: see the parts of that figure.'}
`
}

/** A block of commands or lines as Markdown has it. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' || line.startsWith('    ') ? line : `    ${line}`))
    .join('\n')
}
