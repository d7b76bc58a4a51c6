// Inputs of modals: a label, the field, its hint, and the app's error beneath it.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type BlockElement, optionsOf, plain } from './block-kit.ts';
import type { BlockActions, BlockProps } from './block-actions.ts';
import { choicesOf, chosenAtFirst, isMany } from './choices.ts';

/** Fields are named so that a form's values can be given to Slack's API by block id. */
export function fieldName(blockId: string | undefined, element: BlockElement | undefined): string {
  return `${blockId ?? ''}\n${element?.action_id ?? ''}`;
}

interface FieldAttributes {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
  readonly 'aria-required': boolean;
  readonly onChange: ((event: Event) => void) | undefined;
}

export function Input({ block, on }: BlockProps): VNode {
  const { element, block_id: blockId = '', hint, optional = false } = block;
  const id = `input-${blockId}`;
  const error = on.errors?.[blockId];
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The first field with an error gets the focus, so that it is read out.
    if (error === undefined || Object.keys(on.errors ?? {})[0] !== blockId) return;
    field.current?.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }, [error]);
  const attributes: FieldAttributes = {
    id,
    name: fieldName(blockId, element),
    'aria-describedby': error === undefined && hint === undefined ? undefined : `${id}-note`,
    'aria-invalid': error !== undefined,
    'aria-required': !optional,
    onChange:
      block.dispatch_action === true && element !== undefined
        ? (event) => {
            const { value } = event.currentTarget as HTMLInputElement;
            void on.act(element, block, value);
          }
        : undefined,
  };
  const words = (
    <>
      {plain(block.label)}
      {optional ? <span class="quiet"> (optional)</span> : null}
    </>
  );
  const isGroup = element?.type === 'checkboxes' || element?.type === 'radio_buttons';
  const isGroupOfMany = element !== undefined && (isGroup || isMany(element));
  return (
    <div class={`input ${error === undefined ? '' : 'invalid'}`} ref={field}>
      {isGroupOfMany ? (
        <fieldset class="marks">
          <legend>{words}</legend>
          <Options element={element} attributes={attributes} on={on} />
        </fieldset>
      ) : (
        <>
          <label for={id}>{words}</label>
          <Field element={element} attributes={attributes} on={on} />
        </>
      )}
      {error === undefined && hint === undefined ? null : (
        <div id={`${id}-note`} class={error === undefined ? 'hint' : 'error'}>
          {error ?? plain(hint)}
        </div>
      )}
    </div>
  );
}

interface FieldProps {
  readonly element: BlockElement | undefined;
  readonly attributes: FieldAttributes;
  readonly on: BlockActions;
}

function Field({ element, attributes, on }: FieldProps): VNode {
  const first = typeof element?.initial_value === 'string' ? element.initial_value : '';
  const placeholder = plain(element?.placeholder);
  const typed = { ...attributes, placeholder, defaultValue: first };
  switch (element?.type) {
    case 'plain_text_input':
      return element.multiline === true ? (
        <textarea {...typed} rows={4} />
      ) : (
        <input {...typed} autocomplete="off" />
      );
    case 'rich_text_input':
      return <textarea {...typed} rows={4} />;
    case 'email_text_input':
      return <input {...typed} inputMode="email" autocomplete="off" />;
    case 'url_text_input':
      return <input {...typed} inputMode="url" autocomplete="off" />;
    case 'number_input':
      return (
        <input
          {...typed}
          inputMode={element.is_decimal_allowed === true ? 'decimal' : 'numeric'}
          autocomplete="off"
        />
      );
    case 'datepicker':
      return <input {...attributes} type="date" defaultValue={element.initial_date ?? ''} />;
    case 'timepicker':
      return <input {...attributes} type="time" defaultValue={element.initial_time ?? ''} />;
    case 'datetimepicker':
      return <input {...attributes} type="datetime-local" />;
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return <NativeSelect element={element} attributes={attributes} on={on} />;
    default:
      return <span class="unsupported">Unsupported element: {element?.type ?? 'none'}</span>;
  }
}

/** The system's own select: best on phones and with readers, and nothing is told before the form is. */
function NativeSelect({ element, attributes, on }: FieldProps & { element: BlockElement }): VNode {
  const first = chosenAtFirst(element)[0] ?? '';
  return (
    <select {...attributes} defaultValue={first}>
      <option value="" disabled={first !== ''} selected={first === ''}>
        {plain(element.placeholder) || 'Choose'}
      </option>
      {choicesOf(element, on).map(({ key, label }) => (
        <option key={key} value={key} selected={key === first}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Options({ element, attributes, on }: FieldProps & { element: BlockElement }): VNode {
  const first = chosenAtFirst(element);
  const isRadio = element.type === 'radio_buttons';
  const descriptions = new Map(
    optionsOf(element).map(({ value, description }) => [value, plain(description)]),
  );
  return (
    <>
      {choicesOf(element, on).map(({ key, label }) => (
        <label key={key}>
          <input
            type={isRadio ? 'radio' : 'checkbox'}
            name={attributes.name}
            value={key}
            defaultChecked={first.includes(key)}
            aria-describedby={attributes['aria-describedby']}
            onChange={attributes.onChange}
          />
          <span>
            {label}
            {(descriptions.get(key) ?? '') === '' ? null : (
              <small class="quiet"> {descriptions.get(key)}</small>
            )}
          </span>
        </label>
      ))}
    </>
  );
}
