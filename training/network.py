"""The landmark refiner's network: a small encoder and decoder with a heat map, a depth and a sigma for every joint."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEATURES = 64


def _conv(cin: int, cout: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two convolutions around a short cut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a, self.b = _conv(channels, channels), _conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum of the input and what was made of it."""
        return x + self.b(self.a(x))


class RefinerNet(nn.Module):
    """Picture and landmarks in, joints with sigma out.

    `image` (N, 3, 128, 128) RGB 0..1, `landmarks` (N, 60); returns `points` (N, J, 3) with x, y in crop sides from the
    centre and depth in metres, `log_sigma` (N, J, 2) of x or y and of depth, `features` (N, 64).
    """

    def __init__(self, joints: int = 17, landmarks: int = 60, width: int = 32) -> None:
        super().__init__()
        w = width
        self.joints = joints
        self.stem = nn.Sequential(_conv(3, w // 2, 2), _conv(w // 2, w, 2), _conv(w, w))
        self.down1 = nn.Sequential(_conv(w, 2 * w, 2), Residual(2 * w))
        self.down2 = nn.Sequential(_conv(2 * w, 4 * w, 2), Residual(4 * w))
        self.told = nn.Sequential(nn.Linear(landmarks, 128), nn.ReLU(), nn.Linear(128, 4 * w))
        self.mix = Residual(4 * w)
        self.up1, self.join1 = _conv(4 * w, 2 * w, 1, 1), _conv(2 * w, 2 * w)
        self.up0, self.join0 = _conv(2 * w, w, 1, 1), _conv(w, w)
        self.maps = nn.Conv2d(w, joints * 4, 1)
        self.overall = nn.Sequential(nn.Linear(4 * w, FEATURES), nn.ReLU())
        self.head = nn.Linear(FEATURES, joints * 5)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        side = (torch.arange(32, dtype=torch.float32) + 0.5) / 32 - 0.5
        self.register_buffer("side", side * 1.1)  # joints may lie a little outside

    def forward(self, image: Tensor, landmarks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return points, log sigmas and features."""
        x0 = self.stem((image - 0.45) / 0.25)
        x1 = self.down1(x0)
        x2 = self.down2(x1)
        x2 = self.mix(x2 + self.told(landmarks)[:, :, None, None])
        u1 = self.join1(F.interpolate(self.up1(x2), scale_factor=2.0, mode="nearest") + x1)
        u0 = self.join0(F.interpolate(self.up0(u1), scale_factor=2.0, mode="nearest") + x0)
        maps = self.maps(u0).reshape(-1, 4, self.joints, 32 * 32)
        heat = torch.softmax(maps[:, 0], dim=-1)
        square = heat.reshape(-1, self.joints, 32, 32)
        x = (square.sum(2) * self.side).sum(-1)
        y = (square.sum(3) * self.side).sum(-1)
        local = (maps[:, 1:] * heat[:, None]).sum(-1)  # N, 3, J: depth and two log sigmas where the joint is
        features = self.overall(x2.mean((2, 3)))
        head = self.head(features).reshape(-1, 5, self.joints)
        points = torch.stack([x + 0.1 * head[:, 0], y + 0.1 * head[:, 1], 0.3 * (local[:, 0] + head[:, 2])], dim=-1)
        log_sigma = torch.stack([local[:, 1] + head[:, 3] - 3.5, local[:, 2] + head[:, 4] - 3.0], dim=-1)
        return points, torch.clamp(log_sigma, -7.0, 0.5), features


if __name__ == "__main__":
    net = RefinerNet()
    print(sum(p.numel() for p in net.parameters()), "parameters")
