import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { cardOf } from '../../src/chat/card/card-of.ts';
import { messageOf } from '../../src/chat/message.ts';
import { renderText, rowWidth } from '../../src/chat/render-text.ts';
import { attemptWith, iso, START, taskWith, viewWith } from '../support/run-view.ts';

const style = { width: 80, colour: false, unicode: true, now: START + 45_000 };

const card = (parts: Parameters<typeof viewWith>[0]): readonly string[] =>
  renderText(cardOf(viewWith(parts), style.now), style);

describe('a card as text', () => {
  it('shows who, inputs with defaults marked, tasks, progress', () => {
    const failed = { type: 'TimeoutError', message: 'x', retryable: true };
    const tasks = [
      taskWith('scan', {
        status: 'COMPLETED',
        attempts: [
          attemptWith({ status: 'FAILED', ended_at: iso(START + 1000), error: failed }),
          attemptWith({ attempt: 2, status: 'COMPLETED', ended_at: iso(START + 2500) }),
        ],
      }),
      taskWith('policy', { depth: 1, status: 'IN_PROGRESS', attempts: [attemptWith()] }),
      taskWith('gate', { type: 'DECISION', status: 'COMPLETED', chosen_case: 'FAIL' }),
      taskWith('pass', { status: 'SKIPPED', reason: 'not chosen', skipped_by: 'decision' }),
      taskWith('again', {
        status: 'RETRYING',
        attempts: [attemptWith({ ended_at: iso(START + 300) })],
        waiting_for: {
          kind: 'timer',
          detail: 'attempt 2',
          since: iso(START),
          until: iso(style.now + 9000),
        },
      }),
    ];
    expect(card({ tasks, progress: { done: 2, total: 5 } })).toEqual([
      '◐ running · inventory-validation-v1 · 7F3K',
      '  by Arc · started 45 s ago',
      '  target_folder = 0UT.3OX',
      '  strict_mode = false (default)',
      '  ✓ done scan · 2 tries · 2.5 s',
      '  \u2003◐ running policy · 45 s ago · no news for 40 s',
      '  ✓ done gate · → FAIL',
      '  ⊘ skipped pass (not chosen)',
      '  ↻ retrying again · 0.3 s · attempt 2 in 9 s',
      '  ██████░░░░░░░░░░ 2/5',
      '  run wf-1795424400000-aaaaaaaaa · ⧗-26.108',
    ]);
  });

  it('folds long lists, keeping what is open or failed', () => {
    const tasks = Array.from({ length: 60 }, (_, index) =>
      taskWith(`t${index}`, {
        status: index === 30 ? 'FAILED' : index < 40 ? 'COMPLETED' : 'PENDING',
        reason: index === 30 ? 'AgentError: no' : null,
      }),
    );
    const rows = card({ tasks });
    expect(rows).toContain('  ✓ done 30 tasks');
    expect(rows).toContain('  ✗ failed t30 · AgentError: no');
    expect(rows).toContain('  ✓ done 9 · ○ queued 20 tasks');
  });

  it('never exceeds the width, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 20, max: 120 }),
        (text, width) => {
          const message = messageOf({
            text: [[text, { type: 'code', text }]],
            card: { ...cardOf(viewWith({ reason: text }), START).card!, title: text, footer: text },
          });
          const rows = renderText(message, { ...style, width });
          expect(rows.every((row) => rowWidth(row) <= width)).toBe(true);
          // oxlint-disable-next-line no-control-regex -- what must not be there
          expect(rows.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        },
      ),
    );
  });

  it('colours icons and titles only when asked to', () => {
    const coloured = renderText(cardOf(viewWith(), START), { ...style, colour: true });
    expect(coloured[0]).toBe('\u001b[1;36m◐ running · inventory-validation-v1 · 7F3K\u001b[0m');
    expect(coloured.some((row) => row.includes('\u001b[37m○ queued\u001b[0m scan'))).toBe(true);
    expect(card({}).join('')).not.toContain('\u001b');
  });
});
