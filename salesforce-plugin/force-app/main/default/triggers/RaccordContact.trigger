trigger RaccordContact on Contact(after insert, after update, after delete, after undelete) {
  RaccordCapture.take(Trigger.operationType, Trigger.old, Trigger.new);
}
