package io.cortexreactive.provider;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** Certificates for 127.0.0.1, right and wrong, issued by an authority of the tests' own. */
public enum Certificates {
    SERVER,
    EXPIRED,
    OF_ANOTHER_HOST,
    SELF_SIGNED;

    private static final X509Bundle AUTHORITY = made(() -> new CertificateBuilder()
            .subject("CN=Authority of the tests")
            .setIsCertificateAuthority(true)
            .buildSelfSigned());

    /** What can throw anything. */
    private interface Making<T> {
        T make() throws Exception;
    }

    private static <T> T made(Making<T> making) {
        try {
            return making.make();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private X509Bundle bundle() throws Exception {
        CertificateBuilder builder = new CertificateBuilder().subject("CN=Server of the tests");
        return switch (this) {
            case SERVER -> builder.addSanIpAddress("127.0.0.1").buildIssuedBy(AUTHORITY);
            case EXPIRED ->
                builder.addSanIpAddress("127.0.0.1")
                        .notBefore(Instant.now().minus(Duration.ofDays(9)))
                        .notAfter(Instant.now().minus(Duration.ofDays(1)))
                        .buildIssuedBy(AUTHORITY);
            case OF_ANOTHER_HOST -> builder.addSanDnsName("another.example").buildIssuedBy(AUTHORITY);
            case SELF_SIGNED ->
                builder.addSanIpAddress("127.0.0.1")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        };
    }

    /** For a server with this certificate. */
    public SSLContext context() {
        return made(() -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys().getKeyManagers(), null, null);
            return context;
        });
    }

    /** What such a server is known by. */
    public KeyManagerFactory keys() {
        return made(() -> bundle().toKeyManagerFactory());
    }

    /** A client that trusts the authority, and nobody else. */
    public static HttpClient trustAuthority(HttpClient client) {
        return trusting(client, Http11SslContextSpec.forClient().configure(Certificates::trust));
    }

    /** The same, ready to negotiate HTTP/2. */
    public static HttpClient trustAuthorityOverHttp2(HttpClient client) {
        return trusting(client, Http2SslContextSpec.forClient().configure(Certificates::trust));
    }

    private static void trust(SslContextBuilder tls) {
        tls.trustManager(AUTHORITY.toTrustManager());
    }

    private static HttpClient trusting(HttpClient client, GenericSslContextSpec<?> tls) {
        return client.secure(spec -> spec.sslContext(tls));
    }
}
