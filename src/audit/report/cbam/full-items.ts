import { type RegulationItem, regulationItem } from './item.js'

/**
 * The 35 items of the operator's emissions report, in the order and words of the regulation.
 * Source: Implementing Regulation (EU) 2025/2547, Annex IV, point 1.1 (OJ L, 22.12.2025), from a second-hand copy.
 */
export const FULL_ITEMS: readonly RegulationItem[] = [
  regulationItem('1', 'Identification of the operator and the installation:', [
    'name of the operator;',
    'corporate or activity registration number of the operator;',
    'full address in English;',
    [
      'the installation under verification, identified by the following data:',
      [
        'name of the installation;',
        'unique installation identifier in the CBAM Registry;',
        'applicable United Nations Code for Trade and Transport Location (UN/LOCODE) of the location;',
        'full address in English transcript;',
        "and geographical coordinates of the installation's main emission source.",
      ],
    ],
  ]),
  regulationItem('2', "Summary of the installation's monitoring plan, containing at least the following information:", [
    'list of all CBAM production processes and routes carried out at the installation;',
    'list of non-CBAM production processes carried out at the installation;',
    'list of the five most important (by mass) goods produced per production process, identified by CN code;',
    'list of the five most important (by energy content provided) fuels used at the installation;',
    'list of the five most important (by emissions) materials used at the installation leading to process emissions;',
    'if continuous emissions measurement is used at the installation, the relevant greenhouse gases and the five biggest emissions sources, to which it is applied;',
    'whether any zero-rated fuels are used and how the operator demonstrates the applicability of zero-rating of the fuels;',
    'whether measurable heat is imported from or exported to other installations, and an identification of those installations.',
  ]),
  regulationItem(
    '3',
    'For indirect emissions, whether electricity is consumed from different sources and in which quantities. If the sources include other installations, the name and country of origin of the suppliers.',
  ),
  regulationItem(
    '4',
    'For indirect emissions, where electricity is produced inside the installation, whether electricity is:',
    [
      'produced by co-generation;',
      'produced by separate generation;',
      'produced from fossil or renewable sources;',
      'exported from the system boundaries of a production process.',
    ],
  ),
  regulationItem(
    '5',
    'Whether waste gases are produced and used in the installation, or imported from or exported to other installations, and an identification of those installations.',
  ),
  regulationItem(
    '6',
    'Whether CO₂ transfer applies, and the identity and contact data of a responsible person of the receiving installations or transport infrastructure or entities to which it is transferred.',
  ),
  regulationItem('7', 'The total direct emissions of the installation during the reporting period.'),
  regulationItem(
    '8',
    'If applicable, for new installations, time period (in months) used for the monitoring of emissions.',
  ),
  regulationItem(
    '9',
    'Where an installation produces goods listed in Annex I to Regulation (EU) 2023/956 but not in Annex II to that Regulation, the total quantity of electricity consumed in the installation.',
  ),
  regulationItem(
    '10',
    'Where an installation produces goods listed in Annex I to Regulation (EU) 2023/956 but not in Annex II of that Regulation, the quantity of electricity consumed in the installation for the production of these goods.',
  ),
  regulationItem(
    '11',
    'Where an installation produces goods listed in Annex I to Regulation (EU) 2023/956 but not in Annex II to that Regulation, the identification of the installations from which the electricity is obtained.',
  ),
  regulationItem(
    '12',
    'Where relevant, if the installation consumes electricity from different sources, the quantity of electricity consumed per source, the country of origin of the electricity per source, the emission factor per source, and the emission factor calculated for the purpose of determining embedded indirect emissions pursuant to Article 9.',
  ),
  regulationItem(
    '13',
    'Total goods produced at the installation and per production process, and the quantity produced.',
  ),
  regulationItem('14', 'If relevant, non-CBAM goods produced per production process and the quantity produced.'),
  regulationItem('15', 'For each of the goods:', [
    'the specific direct embedded emissions of each of the goods, expressed in tonnes of CO₂ per functional unit;',
    'the specific direct embedded emissions of each of the compositions of the goods, where applicable;',
    'information on the data quality and methods used, in particular if the embedded emissions have been completely determined based on monitoring, or whether any of the default values made available in accordance with Annex IV of Regulation (EU) 2023/956 have been used;',
    'the share of embedded emissions for which default values were used;',
    [
      'for goods that are not listed in Annex II to Regulation (EU) 2023/956:',
      [
        'the share of indirect emissions determined on the basis of actual values in accordance with Article 9 of this Regulation;',
        'the share of indirect emissions determined on the basis of default values in accordance with Article 9 of this Regulation;',
        'for the share of indirect emissions determined on the basis of actual values, confirmation that the criteria for the use of actual values laid down in point 6 of Annex IV to Regulation (EU) 2023/956 are met, and confirmation that the related elements of evidence laid down in point D.4.3 of Annex II were submitted to the verifier;',
        'the specific indirect emissions calculated pursuant to Article 9 of this Regulation for each good produced;',
      ],
    ],
    [
      'for electricity imported into the customs territory of the Union:',
      [
        'confirmation, where relevant, that the criterion for the use of actual values laid down in point 5(b) of Annex IV to Regulation (EU) 2023/956, related to the direct connection between the installation producing electricity and the Union transmission system, is met, and a confirmation that the related elements of evidence laid down in point D.2.4 of Annex II were submitted to the verifier;',
        'confirmation that the criterion for the use of actual values laid down in point 5(c) of Annex IV to Regulation (EU) 2023/956 is met, and a confirmation that the related elements of evidence laid down in point D.2.4 of Annex II were submitted to the verifier;',
        'an indication that the relevant declarant-specific addenda containing the elements laid down in point 1.1.1 of this Annex were sent to the verifier;',
        'the emission factor for the imported electricity determined on the basis of actual emissions.',
      ],
    ],
  ]),
  regulationItem('16', 'Total emissions of the installation, including:', [
    'activity data per production process and calculation factors for each source stream used;',
    'emissions of each emission source monitored using a measurement-based methodology;',
    'emissions determined by other methods;',
    'quantities of CO₂ received from other installations or exported to other installations, for the purpose of geological storage or as input to products in which the CO₂ is permanently chemically bound;',
    'information about data gaps and estimates used.',
  ]),
  regulationItem(
    '17',
    'A balance of imported, produced, consumed, and exported measurable heat, waste gases and electricity per production process.',
  ),
  regulationItem(
    '18',
    'The quantity of each type of precursor, produced at the installation and used by that installation, excluding precursors produced in the production process in accordance with Article 4(9).',
  ),
  regulationItem(
    '19',
    'The quantity of each type of precursor, produced at the installation and used in each production process, excluding precursors produced in the production process in accordance with Article 4(9).',
  ),
  regulationItem(
    '20',
    'The quantity of each type of precursor, produced outside the installation, and used by the installation.',
  ),
  regulationItem(
    '21',
    'The quantity of each type of precursors, produced outside the installation, and used in each production process.',
  ),
  regulationItem(
    '22',
    'Data on each type of precursor that was used by the installation, and for which default values were used, excluding precursors produced in the production process in accordance with Article 4(9):',
    [
      'CN code;',
      'name of the good;',
      'country of origin, where it is known and where the precursor was produced outside the installation;',
      'the applicable default value.',
    ],
  ),
  regulationItem(
    '23',
    'Data on each type of precursor that was used by the installation, and for which actual values were used, excluding precursors produced in the production process in accordance with Article 4(9):',
    [
      'CN code;',
      'name of the good;',
      'country of origin, where the precursor was produced outside the installation;',
      'reporting period, and indication of whether it was determined using the default reporting period or the actual time of production;',
      'specific embedded (direct and, if applicable, indirect) emissions.',
    ],
  ),
  regulationItem(
    '24',
    'Where an installation producing complex goods receives, from another installation, precursors under a given CN code produced during different reporting periods, the specific embedded emissions (direct and, if applicable, indirect) to be used for that precursor in accordance with Article 14(1).',
  ),
  regulationItem(
    '25',
    'Where the production process of a complex good used a precursor under a given CN code obtained from multiple installations, the specific embedded (direct and, if applicable, indirect) emissions to be used for that precursor, and an indication whether they were determined by using the default method laid down in Article 14(2) or by calculating the embedded emissions of the precursor obtained from a specific installation or subset of installations in accordance with Article 14(3).',
  ),
  regulationItem('26', 'Where relevant, the quantity of electricity used in each production process.'),
  regulationItem(
    '27',
    'The quantity of precursors produced at the installation and used in each production process, excluding precursors produced in the production process, in accordance with Article 4.',
  ),
  regulationItem(
    '28',
    'Information on the operator and the installation of origin of the precursor: name of the operator; name of the installation; unique installation identifier in the CBAM Registry, if applicable; applicable reporting period.',
  ),
  regulationItem(
    '29',
    'Information on how the attributed direct and indirect emissions of each production process were calculated.',
  ),
  regulationItem('30', 'The activity level and attributed emissions of each production process.'),
  regulationItem(
    '31',
    'A list of all relevant goods produced measured in the functional unit for each CN code, including precursors not covered by separate production processes than the complex goods in accordance with Article 4.',
  ),
  regulationItem('32', 'Information on the electricity emissions factor if actual values are used, where appropriate.'),
  regulationItem(
    '33',
    'Information on the electricity emissions factor in the power purchase agreement, where appropriate.',
  ),
  regulationItem('34', 'Quantity of goods per production route, as follows:', [
    'quantities of each good, measured in the functional unit for each CN code;',
    'where the functional unit pursuant to Article 4 is different from the tonnes of goods per CN code, quantities of goods expressed in functional unit produced in the reporting period per production process.',
  ]),
  regulationItem(
    '35',
    'The values for the sector-specific parameters required for each good in accordance with point 2 of this Annex.',
  ),
]
