package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.bedrock.BedrockCredentials.Caller;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.provider.wire.WireJson;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.endpoints.BedrockRuntimeEndpointProvider;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** Makes the HTTP requests of ConverseStream and InvokeModel, at the SDK's endpoint and with its signature. */
final class RequestSigner {

    private static final String MODEL_FIELD = "modelId";
    private static final String JSON = "application/json";
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    private final AwsV4HttpSigner sigV4 = AwsV4HttpSigner.create();
    /** Without a slash at its end. */
    private final String address;

    private final String region;
    private final Map<String, String> headers;

    /**
     * @param endpoint null for the region's own
     * @param headers sent with every request
     */
    RequestSigner(String region, @Nullable URI endpoint, Map<String, String> headers) {
        this.region = region;
        URI called = endpoint == null ? endpointOf(region) : endpoint;
        address = called.toString().replaceFirst("/$", "");
        this.headers = headers;
    }

    private static URI endpointOf(String region) {
        // The rules are worked out on the spot; there is nothing to wait for.
        Endpoint found = BedrockRuntimeEndpointProvider.defaultProvider()
                .resolveEndpoint(params -> params.region(Region.of(region)))
                .getNow(null);
        return Objects.requireNonNull(found).endpointUrl().toUri();
    }

    /** Loads what the SDK and Jackson load at first use. */
    void warmUp() {
        AwsCredentials nobody = AwsBasicCredentials.create("warm", "up");
        sign(ConverseStreamRequest.builder().modelId(MODEL_FIELD).build(), Caller.signing(nobody));
    }

    HttpCall sign(ConverseStreamRequest request, Caller caller) {
        Map<String, Object> fields = SdkJson.fields(request);
        fields.remove(MODEL_FIELD);
        return call(request.modelId(), new Operation("converse-stream", EVENT_STREAM), WireJson.bytes(fields), caller);
    }

    /** An InvokeModel call. */
    HttpCall invoke(String model, byte[] body, Caller caller) {
        return call(model, new Operation("invoke", JSON), body, caller);
    }

    private HttpCall call(String model, Operation operation, byte[] body, Caller caller) {
        URI uri = URI.create(address + "/model/" + SdkHttpUtils.urlEncode(model) + "/" + operation.name);
        Map<String, String> plain = plain(operation);
        AwsCredentials credentials = caller.credentials();
        return HttpCall.post(
                uri, credentials == null ? bearing(plain, caller) : signed(uri, plain, body, credentials), body);
    }

    private Map<String, String> plain(Operation operation) {
        Map<String, String> plain = new LinkedHashMap<>(headers);
        plain.put("Content-Type", JSON);
        plain.put("Accept", operation.accept);
        return plain;
    }

    private static Map<String, String> bearing(Map<String, String> plain, Caller caller) {
        if (caller.token() != null) {
            plain.put("Authorization", "Bearer " + caller.token().reveal());
        }
        return plain;
    }

    private Map<String, String> signed(URI uri, Map<String, String> plain, byte[] body, AwsCredentials credentials) {
        SdkHttpRequest.Builder unsigned =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri);
        plain.forEach(unsigned::putHeader);
        SignedRequest signed = sigV4.sign(sign -> sign.identity(credentials)
                .request(unsigned.build())
                .payload(ContentStreamProvider.fromByteArrayUnsafe(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                .putProperty(AwsV4HttpSigner.REGION_NAME, region));
        Map<String, String> all = new LinkedHashMap<>();
        signed.request().forEachHeader((name, values) -> all.put(name, String.join(",", values)));
        return all;
    }

    /** @param accept what it answers with */
    private record Operation(String name, String accept) {}
}
