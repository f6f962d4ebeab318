trigger RaccordLead on Lead(after insert, after update, after delete, after undelete) {
  RaccordCapture.take(Trigger.operationType, Trigger.old, Trigger.new);
}
