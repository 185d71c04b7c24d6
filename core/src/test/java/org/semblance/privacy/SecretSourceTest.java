package org.semblance.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SecretSourceTest {
    private static final byte[] SECRET = "correct horse battery staple".getBytes(StandardCharsets.UTF_8);

    private final SecretSource source = SecretSource.of(SECRET);

    @Test
    void numbersAreStandardNormalAndDependOnEveryPart() {
        float[] values = source.normal("p", "s", 20_001);
        double mean = 0;
        double square = 0;
        for (float v : values) {
            mean += v;
            square += (double) v * v;
        }
        assertThat(values).hasSize(20_001);
        assertThat(mean / values.length).isBetween(-0.03, 0.03);
        assertThat(square / values.length).isBetween(0.96, 1.04);
        assertThat(source.normal("p", "s", 7)).isEqualTo(Arrays.copyOf(values, 7));
        assertThat(SecretSource.of(SECRET).normal("p", "s", 7)).isEqualTo(Arrays.copyOf(values, 7));
        assertThat(source.normal("p", "t", 7)).isNotEqualTo(Arrays.copyOf(values, 7));
        assertThat(source.normal("q", "s", 7)).isNotEqualTo(Arrays.copyOf(values, 7));
        assertThat(source.normal("ps", "", 7)).isNotEqualTo(Arrays.copyOf(values, 7));
        assertThat(SecretSource.fresh().normal("p", "s", 7))
                .isNotEqualTo(SecretSource.fresh().normal("p", "s", 7));
    }

    /** HMAC-SHA-256 over each part behind its length, counted by hand here. */
    @Test
    void tagsAreTheHmac() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] whole = mac.doFinal("\0\0\0\3tag\0\0\0\5Alice\0\0\0\4\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
        assertThat(source.tag("Alice")).isEqualTo(HexFormat.of().formatHex(whole, 0, 8));
        assertThat(source.tag("Bob")).isNotEqualTo(source.tag("Alice"));
    }

    @Test
    void secretsAreNotTold() {
        AnonymityMode mode = new AnonymityMode.Pseudonym(source, "Alice", 3);
        assertThat(source + " " + mode + " " + mode.parameters())
                .contains("not shown")
                .doesNotContain("correct", "Alice", HexFormat.of().formatHex(SECRET));
        assertThat(mode.parameters()).containsEntry("epoch", 3);
        byte[] shared = SECRET.clone();
        SecretSource copied = SecretSource.of(shared);
        Arrays.fill(shared, (byte) 0);
        assertThat(copied.tag("Alice")).isEqualTo(source.tag("Alice"));
    }

    @Test
    void refusesWhatIsNoSecretOrSubject() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretSource.of(new byte[15]))
                .withMessage("secret: at least 16 bytes are needed, got 15");
        assertThatIllegalArgumentException().isThrownBy(() -> new AnonymityMode.Pseudonym(source, "", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new AnonymityMode.RandomIdentity(source, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new AnonymityMode.RandomIdentity(source, 1.01));
    }
}
