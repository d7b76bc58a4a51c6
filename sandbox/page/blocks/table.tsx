// Tables and data tables; the first row is the head, and a wide one scrolls by itself.
import type { VNode } from 'preact';
import type { Cell } from './block-kit.ts';
import type { BlockActions, BlockProps } from './block-actions.ts';
import { RichText } from './rich-text.tsx';

export function Table({ block, on }: BlockProps): VNode {
  const [head = [], ...body] = block.rows ?? [];
  const align = (at: number): string => block.column_settings?.[at]?.align ?? 'left';
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={block.caption ?? 'Table'}>
      <table>
        {block.caption === undefined ? null : <caption>{block.caption}</caption>}
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} scope="col" class={align(at)}>
                <CellWords cell={cell} on={on} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column} class={align(column)}>
                  <CellWords cell={cell} on={on} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellWords({ cell, on }: { cell: Cell; on: BlockActions }): VNode {
  if (cell.type === 'rich_text') return <RichText parts={cell.elements ?? []} names={on.names} />;
  return <>{cell.text ?? ''}</>;
}
