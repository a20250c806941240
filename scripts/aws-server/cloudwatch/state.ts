import { AlarmBook } from './alarm-book.ts';
import { MetricStore } from './metric-store.ts';
import type { Paging } from './pages.ts';
import { SeriesFaults } from './series-faults.ts';

export interface Message {
  readonly Code: string;
  readonly Value: string;
}

/** What CloudWatch knows, for tests to set. */
export class CloudWatchState {
  readonly metrics = new MetricStore();
  readonly alarms = new AlarmBook();
  readonly seriesFaults = new SeriesFaults();
  paging: Paging = 'by-series';
  readonly #links = new Map<string, string[]>();
  #messages: Message[] = [];

  /** Lets an account see the metrics of another. */
  link(monitoring: string, source: string): void {
    this.#links.set(monitoring, [...this.linkedTo(monitoring), source]);
  }

  linkedTo(monitoring: string): readonly string[] {
    return this.#links.get(monitoring) ?? [];
  }

  /** The next answer of GetMetricData carries this message. */
  message(message: Message): void {
    this.#messages.push(message);
  }

  takeMessages(): readonly Message[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }
}
