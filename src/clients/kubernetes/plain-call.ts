// Plain JSON calls of the Kubernetes API over the vendor's transport and discovery.
import {
  ApiException,
  type Configuration,
  type HttpMethod,
  KubernetesObjectApi,
  type RequestContext,
  type V1APIResource,
  type KubernetesObject as WireObject,
} from '@kubernetes/client-node';

export interface PlainRequest {
  /** Parameters without a value are omitted. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** One call: its signal reaches the request, and later calls use the kinds that discovery found. */
export class PlainCall extends KubernetesObjectApi {
  signal: AbortSignal | undefined;

  prepare(signal: AbortSignal, kinds: PlainCall['apiVersionResourceCache']): this {
    this.signal = signal;
    this.apiVersionResourceCache = kinds;
    return this;
  }

  /** undefined when the kind is not served. */
  async find(apiVersion: string, kind: string): Promise<V1APIResource | undefined> {
    try {
      return await this.resource(apiVersion, kind);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
      throw error;
    }
  }

  /**
   * The vendor's own methods serialize by its types, which drops fields: `default` and `enum` of a definition's schema.
   * @throws ApiException for an unsuccessful response.
   */
  async send(method: HttpMethod, path: string, request: PlainRequest = {}): Promise<unknown> {
    const context = this.configuration.baseServer.makeRequestContext(path, method);
    context.setHeaderParam('Accept', 'application/json');
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    if (request.body !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
      context.setBody(JSON.stringify(request.body));
    }
    if (this.signal !== undefined) context.setSignal(this.signal);
    await this.configuration.authMethods.default?.applySecurityAuthentication(context);
    const response = await this.configuration.httpApi.send(context).toPromise();
    const text = await response.body.text();
    const { httpStatusCode: status, headers } = response;
    if (status < 200 || status > 299) throw new ApiException(status, 'Refused', text, headers);
    return JSON.parse(text);
  }

  /** Of discovery. */
  protected override requestPromise<T extends WireObject>(
    context: RequestContext,
    type?: string,
    options?: Configuration,
  ): Promise<T> {
    if (this.signal !== undefined) context.setSignal(this.signal);
    return super.requestPromise<T>(context, type, options);
  }
}
