"""Channelkeeper (渠道管家): how a manufacturer manages its distributors."""

__version__ = "0.1.0"
