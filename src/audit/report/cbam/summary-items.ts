import { type RegulationItem, regulationItem } from './item.js'

/**
 * The 16 items of the operator's summary emissions report, in the order and words of the regulation. They are a list of their
 * own and no selection of the 35. Source: Implementing Regulation (EU) 2025/2547, Annex IV, point 1.2 (OJ L, 22.12.2025), from
 * a second-hand copy.
 */
export const SUMMARY_ITEMS: readonly RegulationItem[] = [
  regulationItem('(1)', 'Identification of the operator and the installation:', [
    'name of the operator;',
    'corporate or activity registration number of the operator;',
    'full address in English.',
  ]),
  regulationItem('(2)', 'The installation under verification, identified by the following data:', [
    'name of the installation;',
    'unique installation identifier in the CBAM Registry;',
    'applicable United Nations Code for Trade and Transport Location (UN/LOCODE) of the location;',
    'full address in English;',
    "and geographical coordinates of the installation's main emission source.",
  ]),
  regulationItem(
    '(3)',
    'A list of all CBAM production processes and routes carried out at the installation with a specification of goods per production process.',
  ),
  regulationItem('(4)', 'For each of the goods:', [
    'the specific direct embedded emissions of each of the goods;',
    'the share of embedded emissions for which default values were used;',
    [
      'for goods that are not listed in Annex II to Regulation (EU) 2023/956:',
      [
        'The share of indirect emissions determined on the basis of actual values in accordance with Article 9 of this Regulation;',
        'The share of indirect emissions determined on the basis of default values in accordance with Article 9 of this Regulation;',
        'For the share of indirect emissions determined on the basis of actual values, confirmation that the criteria for the use of actual values laid down in point 6 of Annex IV to Regulation (EU) 2023/956 are met;',
        'The specific indirect emissions calculated pursuant to Article 9 of this Regulation for each good produced;',
      ],
    ],
    [
      'for electricity imported into the customs territory of the Union:',
      [
        'confirmation, where relevant, that the criterion for the use of actual values laid down in point 5(b) of Annex IV to Regulation (EU) 2023/956, related to the direct connection between the installation producing electricity and the Union transmission system, is met;',
        'confirmation that the criterion for the use of actual values laid down in point 5(c) of Annex IV to Regulation (EU) 2023/956 is met, and a confirmation that the related elements of evidence laid down in point D.2.4 of Annex II were submitted to the verifier;',
        'the emission factor for the imported electricity determined on the basis of actual emissions;',
      ],
    ],
    'The specific embedded free allocation of each of the goods produced;',
    'Confirmation of the use of the applicable CBAM benchmarks and the methods used for determining the specific embedded free allocation.',
  ]),
  regulationItem(
    '(5)',
    'The total direct emissions of the installation during the reporting period and total direct emissions per production process.',
  ),
  regulationItem(
    '(6)',
    'If the installation produces goods which are not listed in Annex II to Regulation (EU) 2023/956, the indirect emissions of the installation during the reporting period.',
  ),
  regulationItem('(7)', 'Whether measurable heat is imported from or exported to other installations.'),
  regulationItem(
    '(8)',
    'Whether any zero-rated fuels are used and how the operator demonstrates the applicability of zero-rating of the fuels.',
  ),
  regulationItem(
    '(9)',
    'Whether waste gases are produced and used in the installation, or imported from or exported to other installations.',
  ),
  regulationItem(
    '(10)',
    'Whether CO₂ capture is used, and an identification of the installation or transport infrastructure to which it is transferred.',
  ),
  regulationItem(
    '(11)',
    'For indirect emissions, where electricity is produced inside the installation, whether electricity is:',
    [
      'produced by co-generation;',
      'produced by separate generation;',
      'produced from fossil or renewable sources;',
      'exported from the system boundaries of a production process.',
    ],
  ),
  regulationItem(
    '(12)',
    'Data on each precursor used, and for which default values were used, excluding precursors produced in the production process in accordance with Article 4(9):',
    [
      'CN code;',
      'name of the good;',
      'country of origin, where it is known and where the precursor was produced outside the installation;',
      'the applicable default value.',
    ],
  ),
  regulationItem(
    '(13)',
    'Data on each precursor used, and for which actual values were used, excluding precursors produced in the production process in accordance with Article 4(9):',
    [
      'CN code;',
      'name of the good;',
      'country of origin, where the precursor was produced outside the installation;',
      'reporting period, and indication of the year during which the precursor was used for the production of a complex good;',
      'specific embedded (direct and, if applicable, indirect) emissions.',
    ],
  ),
  regulationItem(
    '(14)',
    'Where an installation producing complex goods receives, from another installation, precursors under a given CN code produced during different reporting periods, the specific embedded emissions (direct and, if applicable, indirect) to be used for that precursor in accordance with Article 14(1).',
  ),
  regulationItem(
    '(15)',
    'Where the production process of a complex good used a type of precursor obtained from multiple installations, the specific embedded (direct and, if applicable, indirect) emissions to be used for that precursor, and an indication whether they were determined by using the default method laid down in Article 14 or by calculating the embedded emissions of the precursor obtained from a specific installation or subset of installations in accordance with that Article.',
  ),
  regulationItem(
    '(16)',
    'Information on the operator and the installation of origin of the precursor: name of the operator; name of the installation; unique installation identifier in the CBAM Registry, if applicable; applicable reporting period.',
  ),
]
