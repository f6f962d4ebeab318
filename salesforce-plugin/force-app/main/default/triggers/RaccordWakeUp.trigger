trigger RaccordWakeUp on RaccordWake__e(after insert) {
  RaccordWake.heard();
}
