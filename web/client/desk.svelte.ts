import type { Action, Annotation } from '../../server/api/contract.ts';

/** What is open for writing: one field for a comment, one form for an action or a note. */
export class Desk {
  /** The KPI whose comment field is open; `review` for the review itself; null: none is. */
  writing = $state<string | null>(null);
  /** The period of the point that the open field is about; null: about the KPI. */
  point = $state<string | null>(null);
  acting = $state.raw<{ readonly kpi: string | null; readonly action: Action | null } | null>(null);
  noting = $state.raw<{ readonly kpi: string | null; readonly annotation: Annotation | null } | null>(null);

  get hasForm(): boolean {
    return this.acting !== null || this.noting !== null;
  }

  comment(kpi: string | null, point: string | null = null): void {
    this.writing = kpi;
    this.point = point;
  }

  act(kpi: string | null, action: Action | null): void {
    this.acting = { kpi, action };
  }

  note(kpi: string | null, annotation: Annotation | null): void {
    this.noting = { kpi, annotation };
  }

  closeForm(): void {
    this.acting = null;
    this.noting = null;
  }
}
