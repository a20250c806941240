import type { CatalogueAnswer, KpiEntry } from '../../../server/api/contract.ts';

const good: KpiEntry = {
  id: 'time-to-restore',
  file: 'kpis/incidents/time-to-restore.yaml',
  name: 'Time to restore service',
  alsoCalled: 'MTTR',
  question: 'When customers are hurt, how long until they are well again?',
  section: 'Incidents',
  role: 'outcome',
  owner: 'Service Operations',
  better: 'lower',
  words:
    'The median time from opened to restored of incidents whose severity is 1 or 2, in the period in which they were restored. Merged and planned incidents are left out and counted. It settles 3 days after the period ends.',
  target: 'at most 4 hours a week, since 1 Jan 2026',
  isLastGood: false,
  isPersonal: false,
  problems: [],
  text: 'version: kpi/v1\nid: time-to-restore\nname: Time to restore service\nalso_called: MTTR\nmeasure:\n  duration: { of: incidents, from: opened, to: restored }\n',
};

export const catalogue: CatalogueAnswer = {
  kpis: [
    good,
    {
      ...good,
      id: 'time-to-acknowledge',
      name: 'Time to acknowledge',
      alsoCalled: null,
      file: 'kpis/incidents/time-to-acknowledge.yaml',
      target: null,
    },
    {
      ...good,
      id: 'queue-age',
      name: 'Queue age',
      alsoCalled: null,
      section: 'Queues',
      file: 'kpis/queues/queue-age.yaml',
      question: 'How long do people wait who are still waiting?',
      isLastGood: true,
      problems: [
        {
          path: 'measure.age.sumarise',
          file: 'kpis/queues/queue-age.yaml',
          line: 12,
          column: 5,
          message: 'unknown field "sumarise". Did you mean "summarise"?',
        },
      ],
    },
    {
      ...good,
      id: null,
      name: 'kpis/delivery/rework.yaml',
      alsoCalled: null,
      question: null,
      words: null,
      owner: null,
      target: null,
      role: null,
      better: null,
      section: 'Delivery',
      file: 'kpis/delivery/rework.yaml',
      problems: [
        {
          path: '',
          file: 'kpis/delivery/rework.yaml',
          line: 3,
          column: 1,
          message: 'the key "name" stands twice. Remove one of them',
        },
      ],
    },
    {
      ...good,
      id: 'interruptions',
      name: 'Interruptions per 12 h on call',
      alsoCalled: null,
      section: 'On-call',
      file: 'kpis/on-call/interruptions.yaml',
      isPersonal: true,
      target: null,
    },
  ],
  settingsProblems: [
    {
      path: 'sources.metrics.schedule',
      file: 'kpis/sources.yaml',
      line: 9,
      column: 13,
      message: '"every now and then" is not a schedule. Write five fields as "*/15 * * * *"',
    },
  ],
};
