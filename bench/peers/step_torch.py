#!/usr/bin/env python3
"""The paper's training step at 256x256, and heads64's, in PyTorch as its user would write it for speed.

ResNet-50 at 224 and a landmark network at 160 (both frozen), InceptionV3 at 299 without scales in its normalisations,
mapper and latent discriminator (trained), the generator of stylegan2_torch.py (frozen); all losses of the paper, three
Adams, the authors' schedule of six steps. heads64 stands for our own small networks, all pairs half and half. Weights
are random, pictures are on the device. Networks run in bfloat16, channels-last; losses, updates and master weights are
float32.

The step of heads64 is not that of examples/training/heads64.json, beside which it is measured. Here there is no
perceptual loss (there its weight is 1) and no drawing or upload of batches (there that is part of the step), but a
regression of codes (0.1; there 0). The encoder's code is 512 wide and averaged, so that the mapper reads 768 numbers
(there 384, read off the last map as it lies, and 640). Weights of losses differ too, which takes no time: identity 1
(there 3), landmarks 0.001 (0.02), pixels 0.02 (1), crossed pictures 0.5 (3); others are as there.

Ways to run it, the fastest counts:

  eager      as it stands
  graph      each kind of step as a CUDA graph
  compile    networks and losses under torch.compile, each kind of step as a CUDA graph

  step_torch.py [--rows paper256-b6,paper256-b16,heads64-b64] [--modes graph,compile,eager] [--seconds S] [--limit S]
  step_torch.py --serve [--shared DIR] [--threads N]   requests and answers as lines of JSON, for HeldPeers.java

On a CPU (--device cpu, for dry runs) nothing is captured.
"""

import argparse
import gc
import json
import math
import signal
import time

import torch
import torch._dynamo
import torch._functorch.config
import torch.nn as nn
import torch.nn.functional as F

import stylegan2_torch as gan


class Unit(nn.Module):
    """Convolution, normalisation by stored statistics (folded where frozen), ReLU."""

    def __init__(self, c_in, c_out, kernel, stride=1, padding=0, frozen=False, relu=True):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, kernel, stride, padding, bias=frozen)
        nn.init.kaiming_normal_(self.conv.weight)
        self.bias = None if frozen else nn.Parameter(torch.zeros(c_out))
        self.relu = relu
        if not frozen:
            self.register_buffer("mean", torch.zeros(c_out))
            self.register_buffer("variance", torch.ones(c_out))
            self.register_buffer("scale", torch.ones(c_out))

    def forward(self, x):
        y = self.conv(x)
        if self.bias is not None:
            y = F.batch_norm(y, self.mean, self.variance, self.scale, self.bias, False, 0, 1e-3)
        return F.relu(y) if self.relu else y


class Bottleneck(nn.Module):
    def __init__(self, c_in, inner, stride, project):
        super().__init__()
        self.body = nn.Sequential(
            Unit(c_in, inner, 1, stride, frozen=True),
            Unit(inner, inner, 3, 1, 1, frozen=True),
            Unit(inner, 4 * inner, 1, frozen=True, relu=False),
        )
        self.skip = Unit(c_in, 4 * inner, 1, stride, frozen=True, relu=False) if project else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class ResNet50(nn.Module):
    """VGGFace2's recogniser with the paper's crop."""

    def __init__(self):
        super().__init__()
        parts, c_in = [Unit(3, 64, 7, 2, 3, frozen=True), nn.MaxPool2d(3, 2)], 64
        for stage, count in enumerate([3, 4, 6, 3]):
            inner = 64 << stage
            for block in range(count):
                parts.append(Bottleneck(c_in, inner, 2 if stage and not block else 1, not block))
                c_in = 4 * inner
        self.body = nn.Sequential(*parts)
        self.embedding = nn.Linear(2048, 512)
        self.register_buffer("means", torch.tensor([91.4953, 103.8827, 131.0912]).reshape(1, 3, 1, 1))

    def forward(self, x):
        n = x.shape[2]
        y = (x * 0.5 + 0.5)[:, :, int(0.1 * n) : int(0.9 * n), int(0.1 * n) : int(0.9 * n)] * 255
        y = F.interpolate(y, (256, 256), mode="bilinear")[:, :, 16:240, 16:240].flip(1) - self.means
        y = self.body(y.contiguous(memory_format=torch.channels_last)).mean((2, 3))
        return F.normalize(F.relu(self.embedding(y)).float())


class Branches(nn.Module):
    """Parallel chains, their results side by side."""

    def __init__(self, *chains):
        super().__init__()
        self.chains = nn.ModuleList(chains)

    def forward(self, x):
        return torch.cat([chain(x) for chain in self.chains], 1)


def chain(c_in, *layers):
    """Layers (channels, kernel, stride, padding) one after another."""
    parts = []
    for c_out, kernel, stride, padding in layers:
        parts.append(Unit(c_in, c_out, kernel, stride, padding))
        c_in = c_out
    return nn.Sequential(*parts)


def pooled(c_in, c_out):
    return nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), chain(c_in, (c_out, 1, 1, 0)))


def inception():
    """InceptionV3 up to its average features, [N, 3, 299, 299] to [N, 2048]."""
    one = lambda c: (c, 1, 1, 0)
    three = lambda c: (c, 3, 1, 1)
    down = lambda c: (c, 3, 2, 0)
    row, column = lambda c: (c, (1, 7), 1, (0, 3)), lambda c: (c, (7, 1), 1, (3, 0))
    parts = [chain(3, (32, 3, 2, 0), (32, 3, 1, 0), (64, 3, 1, 1)), nn.MaxPool2d(3, 2)]
    parts += [chain(64, (80, 1, 1, 0), (192, 3, 1, 0)), nn.MaxPool2d(3, 2)]
    c_in = 192
    for pool in (32, 64, 64):
        parts.append(
            Branches(
                chain(c_in, one(64)),
                chain(c_in, one(48), (64, 5, 1, 2)),
                chain(c_in, one(64), three(96), three(96)),
                pooled(c_in, pool),
            )
        )
        c_in = 224 + pool
    parts.append(Branches(chain(c_in, down(384)), chain(c_in, one(64), three(96), down(96)), nn.MaxPool2d(3, 2)))
    for c in (128, 160, 160, 192):
        parts.append(
            Branches(
                chain(768, one(192)),
                chain(768, one(c), row(c), column(192)),
                chain(768, one(c), column(c), row(c), column(c), row(192)),
                pooled(768, 192),
            )
        )
    parts.append(
        Branches(
            chain(768, one(192), down(320)),
            chain(768, one(192), row(192), column(192), down(192)),
            nn.MaxPool2d(3, 2),
        )
    )
    across, along = (384, (1, 3), 1, (0, 1)), (384, (3, 1), 1, (1, 0))
    for c_in in (1280, 2048):
        parts.append(
            Branches(
                chain(c_in, one(320)),
                nn.Sequential(chain(c_in, one(384)), Branches(chain(384, across), chain(384, along))),
                nn.Sequential(chain(c_in, one(448), three(384)), Branches(chain(384, across), chain(384, along))),
                pooled(c_in, 192),
            )
        )
    return nn.Sequential(*parts)


class Features(nn.Module):
    """Pictures at another size through a network to its average features."""

    def __init__(self, body, size, last=None):
        super().__init__()
        self.body, self.size, self.last = body, size, last or nn.Identity()

    def forward(self, x):
        if x.shape[2] != self.size:
            x = F.interpolate(x, (self.size, self.size), mode="bilinear")
        return self.last(self.body(x.contiguous(memory_format=torch.channels_last)).mean((2, 3))).float()


class Residual(nn.Module):
    """Two 3x3 convolutions and what came in: the blocks of heads64's encoders."""

    def __init__(self, c_in, c_out, stride, frozen):
        super().__init__()
        self.body = nn.Sequential(
            Unit(c_in, c_out, 3, stride, 1, frozen), Unit(c_out, c_out, 3, 1, 1, frozen, relu=False)
        )
        same = c_in == c_out and stride == 1
        self.skip = nn.Identity() if same else Unit(c_in, c_out, 1, stride, 0, frozen, relu=False)

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def encoder(code, frozen):
    """heads64's encoder: a stem, four stages of two blocks with 32 to 256 channels, a dense layer."""
    parts, c_in = [Unit(3, 32, 3, 1, 1, frozen)], 32
    for width in (32, 64, 128, 256):
        parts += [Residual(c_in, width, 2, frozen), Residual(width, width, 1, frozen)]
        c_in = width
    return Features(nn.Sequential(*parts), 64, nn.Linear(256, code))


def points(size, widths):
    """A landmark network: pairs of 3x3 convolutions, the first of each with stride 2, and a dense layer."""
    parts, c_in = [], 3
    for width in widths:
        parts += [Unit(c_in, width, 3, 2, 1, True), Unit(width, width, 3, 1, 1, True)]
        c_in = width
    return Features(nn.Sequential(*parts), size, nn.Linear(c_in, 136))


def mlp(*widths):
    parts = []
    for i in range(1, len(widths)):
        parts += [nn.Linear(widths[i - 1], widths[i]), nn.LeakyReLU(0.2)]
    return nn.Sequential(*parts[:-1])


def ms_ssim(a, b, powers):
    """Similarity of pictures in [0, 1], one number per picture: 11 taps, sigma 1.5, as TensorFlow computes it."""
    taps = torch.exp(-((torch.arange(11, device=a.device) - 5.0) ** 2) / 4.5)
    taps = (taps / taps.sum()).repeat(3, 1, 1, 1)
    blur = lambda x: F.conv2d(F.conv2d(x, taps, groups=3), taps.transpose(2, 3), groups=3)
    product = 1
    for i, power in enumerate(powers):
        if i:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        x, y = blur(a), blur(b)
        both, squares = 2 * x * y, x * x + y * y
        contrast = (2 * blur(a * b) - both + 9e-4) / (blur(a * a + b * b) - squares + 9e-4)
        term = contrast if i + 1 < len(powers) else contrast * (both + 1e-4) / (squares + 1e-4)
        product = product * term.mean((2, 3)).clamp_min(1e-8) ** power
    return product.mean(1)


def inverse_gaussian(side, sigma):
    x = torch.arange(side) - (side - 1) / 2
    g = torch.exp(-(x**2) / (2 * sigma**2))
    g = g.ger(g) / g.ger(g).sum()
    g = g.max() + g.min() - g
    return g / g.sum()


class Step:
    """All networks, losses and updates of one kind of training."""

    def __init__(self, name, batch, device, compiled):
        self.heads, self.batch, self.device = name == "heads64", batch, device
        side = 64 if self.heads else 256
        torch.manual_seed(1)
        row = gan.Row("%d-b%d-backward-bf16" % (side, batch))
        if self.heads:
            row.channels = lambda resolution: min(8192 // resolution, 256)
        self.styles = row.num_ws()
        self.generator = gan.Synthesis(row, gan.random_weights(row), device).to(device).written(
            compiled, "sum" if compiled else "bmm", ["transposed"] * (2 * int(math.log2(side)) - 3)
        )
        if self.heads:
            self.identity, self.landmarks = encoder(256, True), points(64, (32, 64, 96, 128))
            self.attributes, self.mapper = encoder(512, False), mlp(768, 2048, 1024, 512, 512)
        else:
            self.identity, self.landmarks = ResNet50(), points(160, (32, 64, 128, 256))
            self.attributes, self.mapper = Features(inception(), 299), mlp(2560, 2048, 1024, 512, 512)
        self.judge = mlp(512, 256, 128, 64, 1)
        for net in (self.identity, self.landmarks, self.attributes):
            net.to(device=device, memory_format=torch.channels_last)
        self.mapper.to(device), self.judge.to(device)
        for net in (self.identity, self.landmarks):
            net.requires_grad_(False).to(torch.bfloat16)
        self.model = [*self.attributes.parameters(), *self.mapper.parameters()]
        self.adams = [
            torch.optim.Adam(p, lr, eps=1e-7, fused=True, capturable=device == "cuda")
            for p, lr in ((self.model, 5e-5), (self.model, 5e-6), (list(self.judge.parameters()), 2e-5))
        ]
        self.mask = inverse_gaussian(side, 80 * side / 256).to(device)
        self.powers = [0.0448, 0.2856, 0.3001] if self.heads else [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
        self.pictures = [torch.randn(batch, 3, side, side, device=device) * 0.4 for _ in range(2)]
        # Another tensor, so that networks are compiled once for all kinds of steps.
        self.same = self.pictures[0].clone()
        self.real = torch.randn(batch, 512, device=device)
        self.average = [p.detach().clone() for p in self.model] if self.heads else None
        wrap = (lambda f: torch.compile(f, dynamic=False)) if compiled else (lambda f: f)
        self.networks, self.losses, self.penalty = wrap(self._networks), wrap(self._losses), self._penalty

    def _frozen(self, net, x):
        return net(x.to(torch.bfloat16)).float()

    def _networks(self, who, how):
        """All networks: what is wanted, codes, pictures, and what is seen of them."""
        with torch.no_grad():
            target = self._frozen(self.identity, who)
            wanted = self._frozen(self.landmarks, how)
        with torch.autocast(self.device, torch.bfloat16):
            code = self.attributes(how)
            w = self.mapper(torch.cat([target, code], 1)).float()
        out = self.generator(w[:, None].expand(-1, self.styles, -1))
        return target, wanted, code, w, out, self._frozen(self.identity, out), self._frozen(self.landmarks, out)

    def _losses(self, said, who, how, crossed):
        """Losses of the model but the adversarial one."""
        target, wanted, code, w, out, seen, points = said
        if self.heads:
            total = (1 - F.cosine_similarity(seen, target)).mean()
        else:
            total = (seen - target).abs().mean()
        off = (points - wanted)[:, 34:] * 160
        total = total + 0.001 * off.square().mean()
        same = self.batch - crossed
        if same:
            a, b = out[:same] * 0.5 + 0.5, who[:same] * 0.5 + 0.5
            absolute = (self.mask * (a - b).abs().mean(1)).sum()
            total = total + 0.02 * (0.84 * (1 - ms_ssim(a, b, self.powers)).mean() + 0.16 * absolute)
        if self.heads:
            total = total + self._latent(code, target, w, out, how, same)
        return total

    def _latent(self, code, target, w, out, how, same):
        """Leak, regression, moments, and the difference around crossed heads."""
        whiten = lambda x: (x - x.mean(0)) * torch.rsqrt(x.var(0, unbiased=False) + 1e-6)
        leak = (whiten(code[:same]).t() @ whiten(target[:same]) / same).square().mean()
        moments = w.mean(0).square().mean() + (w.var(0, unbiased=False).sqrt() - 1).square().mean()
        around = (self.mask * (out[same:] - how[same:]).abs().mean(1)).sum() / self.batch
        regression = (w[: same // 2] - self.real[: same // 2]).square().mean()
        return 0.5 * leak + 0.02 * moments + 0.1 * regression + 0.5 * around

    def _penalty(self, w):
        real = self.real.detach().requires_grad_()
        judged, fake = self.judge(real), self.judge(w)
        grad, = torch.autograd.grad(judged.sum(), real, create_graph=True)
        descended = F.softplus(-judged).mean() + F.softplus(fake).mean() + 5 * grad.square().sum(1).mean()
        return F.softplus(-fake).mean(), descended

    def run(self, crossed, judged):
        who, how = self.pictures[0], self.pictures[1] if crossed else self.same
        said = self.networks(who, how)
        total, w = self.losses(said, who, how, crossed), said[3]
        adversarial = None
        if judged:
            charged, descended = self.penalty(w)
            own = total + 0.02 * charged if self.heads else total
            grads = torch.autograd.grad(own, self.model, retain_graph=True)
            if not self.heads:
                adversarial = torch.autograd.grad(charged, self.model, retain_graph=True)
            judge = torch.autograd.grad(descended, list(self.judge.parameters()))
            self._update(2, self.judge.parameters(), judge)
        else:
            grads = torch.autograd.grad(total, self.model)
        if self.heads:
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
            torch._foreach_mul_(list(grads), (10 / norm).clamp_max(1))
        self._update(0, self.model, grads)
        if adversarial is not None:
            self._update(1, self.model, adversarial)
        if self.average is not None:
            torch._foreach_lerp_(self.average, [p.detach() for p in self.model], 0.001)
        return total

    def _update(self, index, parameters, grads):
        for p, g in zip(parameters, grads):
            p.grad = g
        self.adams[index].step()

    def kinds(self):
        """The schedule: rows with two sources, and whether the discriminator takes part."""
        if self.heads:
            return [(self.batch // 2, True)]
        return [(self.batch if i % 3 == 0 else 0, i % 2 == 0) for i in range(6)]


class Ways:
    """A row's ways to run that are ready, each a function per step of the schedule."""

    def __init__(self, row, device, lock=None):
        self.row, self.device, self.lock = row, device, lock
        self.name, batch = row.split("-b")
        self.batch = int(batch)
        self.ready, self.steps = {}, []

    def prepare(self, mode):
        """Gets one ready. Algorithms of convolutions are timed alone, for compiled steps in a rehearsal.

        Not alone: what the compiler times when compiled steps first run (sizes of blocks of its own kernels), and
        convolutions in layouts that only it chose.
        """
        if mode == "compile":
            torch._dynamo.reset()
            torch._functorch.config.donated_buffer = False  # one forward pass has two backward passes
        begin = time.time()
        if mode == "compile" and self.lock and not self.ready:
            self._rehearse()
        step = Step(self.name, self.batch, self.device, mode == "compile")
        self.steps.append(step)  # graphs do not keep what they work on
        if mode == "compile":
            for kind in set(step.kinds()):
                step.run(*kind)
            gan.release(torch.device(self.device))
        with gan.alone(self.lock):
            self.ready[mode] = self._captured(step) if mode != "eager" and self.device == "cuda" else self._plain(step)
            gan.release(torch.device(self.device))
        return {"row": self.row, "mode": mode, "ready_s": round(time.time() - begin, 1)}

    def _rehearse(self):
        """Each kind of step once as it stands, as any other way that is ready has done."""
        with gan.alone(self.lock):
            step = Step(self.name, self.batch, self.device, False)
            for kind in set(step.kinds()):
                step.run(*kind)
            del step
            gc.collect()  # it refers to itself
            gan.release(torch.device(self.device))

    @staticmethod
    def _plain(step):
        return [lambda kind=kind: step.run(*kind) for kind in step.kinds()]

    @staticmethod
    def _captured(step):
        graphs, pool = {}, None
        for kind in step.kinds():
            if kind not in graphs:
                stream = torch.cuda.Stream()
                stream.wait_stream(torch.cuda.current_stream())
                with torch.cuda.stream(stream):
                    for _ in range(3):
                        step.run(*kind)
                torch.cuda.current_stream().wait_stream(stream)
                torch.cuda.synchronize()
                graphs[kind] = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graphs[kind], pool=pool):
                    step.run(*kind)
                pool = graphs[kind].pool()  # they run one after another
        return [graphs[kind].replay for kind in step.kinds()]

    def _sync(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def measure(self, mode, seconds):
        """Milliseconds of a step, over whole schedules."""
        works = self.ready[mode]
        begin = time.time()
        while time.time() - begin < seconds / 4:
            self._round(works)
        count, begin = 0, time.time()
        while count == 0 or time.time() - begin < seconds:
            count += self._round(works)
        millis = 1000 * (time.time() - begin) / count
        rate = 1000 * self.batch / millis
        return {"row": self.row, "mode": mode, "ms": round(millis, 3), "images/s": round(rate, 1), "steps": count}

    def _round(self, works):
        """Some schedules; the number of steps."""
        for work in 4 * works:
            work()
        self._sync()
        return 4 * len(works)


def set_up(shared, threads):
    gan.compile_with(shared, threads)
    signal.signal(signal.SIGALRM, gan.on_alarm)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    if shared:
        torch.backends.cudnn.benchmark_limit = 4  # of the ten that cuDNN thinks best: rows wait for each other here


def guarded(row, mode, limit, work):
    """What the work gives; one that fails or takes longer than the limit says so."""
    if limit < 1:
        return {"row": row, "mode": mode, "error": "no time left"}
    end = time.time() + limit
    try:
        signal.setitimer(signal.ITIMER_REAL, limit)
        return work()
    except Exception as error:  # the others can still be measured
        return {"row": row, "mode": mode, "error": gan.reason(error, limit, time.time() >= end)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def prepare(ways, modes, limit):
    end = time.time() + limit
    for mode in modes:
        yield guarded(ways.row, mode, end - time.time(), lambda: ways.prepare(mode))


def answer(rows, options, request, say):
    row = request["row"]
    if request["do"] == "prepare":
        rows[row] = Ways(row, options.device, gan.lock_of(options.shared))
        results = prepare(rows[row], request["modes"], request["limit"])
    elif request["do"] == "measure":
        seconds = request["seconds"]
        ways = rows[row]
        modes = request["modes"]
        results = (guarded(row, mode, 60 + 10 * seconds, lambda: ways.measure(mode, seconds)) for mode in modes)
    else:
        raise ValueError("unknown request %r" % request["do"])
    for result in results:
        say(result)


def once(options):
    """Rows and modes one after another."""
    end = time.time() + options.limit
    for mode in options.modes.split(","):
        for row in options.rows.split(","):
            ways = Ways(row, options.device)
            for result in prepare(ways, [mode], end - time.time()):
                if "error" not in result:
                    result = dict(result, **guarded(row, mode, 600, lambda: ways.measure(mode, options.seconds)))
                print(json.dumps(result), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--rows", default="paper256-b6,paper256-b16,heads64-b64")
    parser.add_argument("--modes", default="graph,compile,eager")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--limit", type=float, default=3600)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--shared", metavar="DIR", help="a folder of processes that prepare rows at the same time")
    parser.add_argument("--threads", type=int, help="compilers at once")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch sees no GPU; --device cpu is for dry runs")
    set_up(options.shared, options.threads)
    on = torch.cuda.get_device_name() if options.device == "cuda" else "cpu"
    hello = {"torch": torch.__version__, "device": on, "modes": ["graph", "compile", "eager"]}
    if options.serve:
        rows = {}
        gan.serve(hello, lambda request, say: answer(rows, options, request, say))
    else:
        print(json.dumps(hello), flush=True)
        once(options)


if __name__ == "__main__":
    main()
