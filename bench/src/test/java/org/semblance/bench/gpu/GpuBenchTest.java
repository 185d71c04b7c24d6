package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What is asked on a GPU is there to be asked. */
class GpuBenchTest {
    private static Iterable<GpuBenchMain.Question> questions() {
        return GpuBenchMain.Question.all();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void questionsNameBenchmarksAndTheirParameters(GpuBenchMain.Question question) throws ReflectiveOperationException {
        int dot = question.benchmark().lastIndexOf('.');
        Class<?> type =
                Class.forName("org.semblance.bench." + question.benchmark().substring(0, dot));
        Method method = type.getMethod(question.benchmark().substring(dot + 1));
        assertThat(method.isAnnotationPresent(Benchmark.class)).isTrue();
        for (String name : question.params().keySet()) {
            assertThat(type.getField(name).isAnnotationPresent(Param.class))
                    .as(name)
                    .isTrue();
        }
    }
}
