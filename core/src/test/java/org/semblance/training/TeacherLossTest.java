package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** What teachers read off outputs and pictures, beside a reference in double precision. */
@ExtendWith(NoLeaks.class)
class TeacherLossTest {
    private static final int SIDE = 4;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int ROWS = 3;
    private static final int CROSS = 1;
    /** Of the attribute teacher's columns. */
    private static final int CHANCES = 2;

    private static final String REST = "\"identity\": 0, \"landmarks\": 0, \"pixel\": 0, \"crossPixel\": 0,"
            + " \"moments\": 0, \"regression\": 0, \"leak\": 0";

    private final Device device = TestDevice.get();
    private final HostArray who = OpCase.between(1, -1, 1, ROWS, 3, SIDE, SIDE);
    private final HostArray how = OpCase.between(2, -1, 1, ROWS, 3, SIDE, SIDE);
    private final HostArray codes = OpCase.between(3, -1, 1, ROWS, PIXELS);
    private final HostArray attributes = OpCase.normal(4, PIXELS, 5);
    private final HostArray identities = OpCase.normal(5, PIXELS, 2);

    @Test
    void eachTeacherComparesOutputsWithItsOwnPictureOnAllRows() throws IOException {
        double attribute = reference(attributes, doubles(codes), how);
        double identity = reference(identities, doubles(codes), who);
        assertThat(measured(2, 0).value()).isCloseTo(2 * attribute, within(4e-6 * attribute));
        assertThat(measured(0, 3).value()).isCloseTo(3 * identity, within(6e-6 * identity));
        Measured both = measured(2, 3);
        assertThat(both.value()).isCloseTo(2 * attribute + 3 * identity, within(1e-5 * (attribute + identity)));
        assertThat(both.names()).containsExactly("attributeTeacher", "identityTeacher", "total");
    }

    @Test
    void gradientEqualsDifferencesOfTheReference() throws IOException {
        float[] slope = measured(2, 3).slope();
        for (int k = 0; k < ROWS * PIXELS; k += 5) {
            double[] more = doubles(codes);
            double[] less = doubles(codes);
            more[k] += 1e-6;
            less[k] -= 1e-6;
            double difference = (total(more) - total(less)) / 2e-6;
            assertThat((double) slope[k]).as("element " + k).isCloseTo(difference, within(2e-4));
        }
    }

    @Test
    void noGradientGoesToWhatIsWanted() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(device, new float[] {1, 3}, 1, 2).track();
            Tensor wanted = Elementwise.scale(x, 2);
            Tensor apart = new TeacherNetwork(picture -> picture, 0).difference(x, wanted);
            assertThat(Gradients.of(apart).wrt(x).toHost().data()).containsExactly(-1, -3);
        }
    }

    private double total(double[] outputs) {
        return 2 * reference(attributes, outputs, how) + 3 * reference(identities, outputs, who);
    }

    @Test
    void equalReadingsAreNotApartAndKnowingNothingCountsOne() {
        try (Scope scope = Scope.open()) {
            Tensor readings = Tensor.of(device, new float[] {1, -2, 0.5f, 3}, 2, 2);
            for (int logits = 0; logits <= 2; logits++) {
                TeacherNetwork teacher = new TeacherNetwork(x -> x, logits);
                assertThat(teacher.difference(readings, readings).item()).isCloseTo(0, within(1e-6f));
            }
            Tensor truth = Tensor.of(device, new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 10, 1);
            Tensor prior = Tensor.full(device, Shape.of(10, 1), (float) Math.log(0.1 / 0.9));
            assertThat(new TeacherNetwork(x -> x, 1).mistakes(prior, truth).item())
                    .isCloseTo(3 * 0.3250830f, within(1e-5f));
        }
    }

    /** The classes are the last columns; without them the mean is over the numbers alone. */
    @Test
    void classesMayBeLeftOut() throws IOException {
        TeacherNetwork teacher = new TeacherNetwork(x -> teacher(x, attributes), CHANCES);
        TeacherNetwork identity = new TeacherNetwork(x -> teacher(x, identities), 1);
        String json = "{" + REST + ", \"attributeTeacher\": 2, \"attributeClasses\": false}";
        LossConfig config = ConfigJson.read(Json.parse(json, "losses"), LossConfig.stable(SIDE));
        double got = measured(config, teacher, identity).value();
        try (Scope scope = Scope.open()) {
            int numbers = attributes.shape().dim(1) - CHANCES;
            Tensor seen = teacher(Shapes.reshape(Tensor.of(device, codes), ROWS, 3, SIDE, SIDE), attributes);
            Tensor wanted = teacher(Tensor.of(device, how), attributes);
            float[] a = seen.toHost().data();
            float[] b = wanted.toHost().data();
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                double off = a[i] - b[i];
                sum += i % (numbers + CHANCES) < numbers ? off * off : 0;
            }
            assertThat(got).isCloseTo(2 * sum / (ROWS * numbers), within(1e-5 * sum));
        }
        String kept = "{" + REST + ", \"identityTeacher\": 3, \"attributeClasses\": ";
        LossConfig with = ConfigJson.read(Json.parse(kept + "true}", "losses"), LossConfig.stable(SIDE));
        LossConfig without = ConfigJson.read(Json.parse(kept + "false}", "losses"), LossConfig.stable(SIDE));
        assertThat(measured(without, teacher, identity).value())
                .as("the identity teacher keeps its classes")
                .isEqualTo(measured(with, teacher, identity).value());
        int all = attributes.shape().dim(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(config, new TeacherNetwork(x -> teacher(x, attributes), all), null))
                .withMessageContaining("attributeClasses must be true where the attribute teacher has classes alone");
    }

    /** The attribute code is the attribute picture itself here, so its first entries are known. */
    @Test
    void theCodeMaySayTheClasses() throws IOException {
        TeacherNetwork teacher = new TeacherNetwork(x -> teacher(x, attributes), CHANCES);
        String json = "{" + REST + ", \"codeClasses\": 2}";
        LossConfig config = ConfigJson.read(Json.parse(json, "losses"), LossConfig.stable(SIDE));
        Measured got = measured(config, teacher, null);
        assertThat(got.names()).containsExactly("codeClasses", "total");
        try (Scope scope = Scope.open()) {
            int all = attributes.shape().dim(1);
            float[] wanted =
                    teacher(Tensor.of(device, how), attributes).toHost().data();
            double sum = 0;
            for (int row = 0; row < ROWS; row++) {
                for (int k = 0; k < CHANCES; k++) {
                    double own = how.data()[row * PIXELS + k];
                    double other = wanted[row * all + all - CHANCES + k];
                    double chance = 1 / (1 + Math.exp(-other));
                    sum += Math.log1p(Math.exp(own)) - chance * own - Math.log1p(Math.exp(other)) + chance * other;
                }
            }
            double expected = 2 * 3 * sum / (ROWS * CHANCES);
            assertThat(got.value()).isCloseTo(expected, within(1e-5 * expected));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(config, new TeacherNetwork(x -> teacher(x, attributes), 0), null))
                .withMessageContaining("codeClasses must be 0 unless the attribute teacher has classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(config, null, null))
                .withMessageContaining("needs the network attribute_teacher");
    }

    @Test
    void theClassesMayCountAlone() throws IOException {
        TeacherNetwork teacher = new TeacherNetwork(x -> teacher(x, attributes), CHANCES);
        Measured got = measured(classes(2, ""), teacher, null);
        assertThat(got.names()).containsExactly("teacherClasses", "total");
        double expected = 2 * ofClasses(doubles(codes));
        assertThat(got.value()).isCloseTo(expected, within(1e-5 * expected));
        for (int k = 0; k < ROWS * PIXELS; k += 5) {
            double[] more = doubles(codes);
            double[] less = doubles(codes);
            more[k] += 1e-6;
            less[k] -= 1e-6;
            double slope = 2 * (ofClasses(more) - ofClasses(less)) / 2e-6;
            assertThat((double) got.slope()[k]).as("element " + k).isCloseTo(slope, within(2e-4));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(classes(2, ""), new TeacherNetwork(teacher.network(), 0), null))
                .withMessageContaining("teacherClasses must be 0 unless the attribute teacher has classes, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(classes(2, ""), null, null))
                .withMessageContaining("needs the network attribute_teacher");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classes(-1, ""))
                .withMessageContaining("teacherClasses must be finite and at least 0, got -1");
    }

    /** Once about outputs and once about pictures, whatever is made of the answers. */
    @Test
    void classesBesideTheRestAreReadOnce() throws IOException {
        int[] asked = new int[1];
        TeacherNetwork teacher = new TeacherNetwork(
                x -> {
                    asked[0]++;
                    return teacher(x, attributes);
                },
                CHANCES);
        Measured got = measured(classes(2, ", \"attributeTeacher\": 3"), teacher, null);
        assertThat(asked[0]).isEqualTo(2);
        assertThat(got.names()).containsExactly("attributeTeacher", "teacherClasses", "total");
        double expected = 3 * reference(attributes, doubles(codes), how) + 2 * ofClasses(doubles(codes));
        assertThat(got.value()).isCloseTo(expected, within(1e-5 * expected));
        measured(classes(0, ", \"codeClasses\": 1"), teacher, null);
        assertThat(asked[0]).as("about pictures alone").isEqualTo(3);
    }

    private static LossConfig classes(double weight, String more) throws IOException {
        String json = "{" + REST + ", \"teacherClasses\": " + weight + more + "}";
        return ConfigJson.read(Json.parse(json, "losses"), LossConfig.stable(SIDE));
    }

    @Test
    void withoutWeightNobodyIsAsked() throws IOException {
        assertThat(measured(0, 0).names()).containsExactly("total");
    }

    @Test
    void aTeacherMustBeThere() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> measured(config(0, 1), null, null))
                .withMessageContaining("losses.identityTeacher needs the network identity_teacher, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(-1, 0))
                .withMessageContaining("attributeTeacher must be finite and at least 0, got -1");
    }

    // --- the objective
    // ------------------------------------------------------------------------------------------

    private record Measured(double value, float[] slope, List<String> names) {}

    private static LossConfig config(double attribute, double identity) throws IOException {
        String json = "{" + REST + ", \"attributeTeacher\": " + attribute + ", \"identityTeacher\": " + identity + "}";
        return ConfigJson.read(Json.parse(json, "losses"), LossConfig.stable(SIDE));
    }

    private Measured measured(double attribute, double identity) throws IOException {
        return measured(
                config(attribute, identity),
                new TeacherNetwork(x -> teacher(x, attributes), CHANCES),
                new TeacherNetwork(x -> teacher(x, identities), 0));
    }

    private Measured measured(
            LossConfig config, @Nullable TeacherNetwork attributeTeacher, @Nullable TeacherNetwork identityTeacher) {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, codes).track();
            StepNetworks networks = new StepNetworks(
                    x -> new StagedFeatures(List.of(), Shapes.flatten(x)),
                    x -> x,
                    code -> Shapes.reshape(code, ROWS, 3, SIDE, SIDE),
                    Shapes::flatten,
                    joined -> w,
                    code -> code,
                    attributeTeacher,
                    identityTeacher,
                    null);
            try (Objective objective = new Objective(networks, config, SIDE, device, null)) {
                StepInput in = new StepInput(Tensor.of(device, who), Tensor.of(device, how), CROSS, null, null);
                Objective.Pass pass = objective.evaluate(in);
                float[] slope = Gradients.of(pass.total()).wrt(w).toHost().data();
                return new Measured(
                        pass.total().item(), slope, List.copyOf(pass.terms().keySet()));
            }
        }
    }

    private Tensor teacher(Tensor x, HostArray weight) {
        Tensor seen = MatMul.of(Shapes.flatten(x), false, Tensor.of(device, weight), false);
        return BiasAct.of(seen, null, Activation.leakyRelu(0.2f));
    }

    // --- the reference
    // ------------------------------------------------------------------------------------------

    private static double reference(HostArray weight, double[] outputs, HostArray pictures) {
        double[] seen = read(weight, outputs);
        double[] wanted = read(weight, doubles(pictures));
        int columns = weight.shape().dim(1);
        int numbers = columns == 5 ? columns - CHANCES : columns;
        double sum = 0;
        for (int i = 0; i < seen.length; i++) {
            double off = seen[i] - wanted[i];
            sum += i % columns < numbers ? off * off : 3 * divergence(seen[i], wanted[i]);
        }
        return sum / seen.length;
    }

    /** The attribute teacher's last columns. */
    private double ofClasses(double[] outputs) {
        double[] seen = read(attributes, outputs);
        double[] wanted = read(attributes, doubles(how));
        int columns = attributes.shape().dim(1);
        double sum = 0;
        for (int i = 0; i < seen.length; i++) {
            sum += i % columns < columns - CHANCES ? 0 : 3 * divergence(seen[i], wanted[i]);
        }
        return sum / (ROWS * CHANCES);
    }

    /** From the probabilities themselves. */
    private static double divergence(double seen, double wanted) {
        double q = 1 / (1 + Math.exp(-seen));
        double p = 1 / (1 + Math.exp(-wanted));
        return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    }

    private static double[] read(HostArray weight, double[] images) {
        int columns = weight.shape().dim(1);
        double[] rows = new double[ROWS * columns];
        for (int i = 0; i < rows.length; i++) {
            double sum = 0;
            for (int k = 0; k < PIXELS; k++) {
                sum += images[i / columns * PIXELS + k] * weight.data()[k * columns + i % columns];
            }
            rows[i] = Math.max(sum, 0.2f * sum);
        }
        return rows;
    }

    private static double[] doubles(HostArray array) {
        double[] doubles = new double[array.data().length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = array.data()[i];
        }
        return doubles;
    }
}
